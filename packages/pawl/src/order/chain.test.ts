import { describe, expect, it } from 'vitest';
import { systemDigest } from '../ports/system.ts';
import { Life, ORDER_ID, type States } from '../testing/life/life.ts';
import { beginChainCheck, beginLinkCheck, genesisHash, sealEvent, verifyChain } from './chain.ts';
import type { EventHead, OrderEvent } from './event.ts';
import type { Order } from './order.ts';

const STATES: States = {
  A: { editable: true, on: { pay: 'B' } },
  B: { on: { ship: 'END', back: 'A' } },
  END: { final: true, editable: true, review: {} },
};

/** Created, edited, paid: three versions. */
function life(): Life {
  const order = new Life(STATES);
  order.send({ kind: 'edit', customerId: 'ann' });
  order.event('pay', { reason: 'r' });
  return order;
}

function breaksOf({ order, workflow }: Life, events: readonly OrderEvent[], row: Partial<Order> = {}) {
  return verifyChain({ ...order, ...row }, events, systemDigest, workflow.compiled).map(
    ({ version, kind, detail }) => `${version} ${kind}: ${detail}`,
  );
}

/** As somebody would forge it who knows how events are hashed: the event itself verifies, and so does all that follows. */
function rewritten({ events }: Life, at: number, head: Partial<EventHead>): readonly OrderEvent[] {
  const forged: OrderEvent[] = [];
  for (const [index, event] of events.entries()) {
    const previous = forged.at(-1)?.hash ?? event.previousHash;
    const draft = {
      head: index === at ? { ...event.head, ...head } : event.head,
      payload: event.payload ?? { commandId: '' },
    };
    forged.push(sealEvent(draft, previous, event.salt ?? '', systemDigest));
  }
  return forged;
}

function erased(event: OrderEvent): OrderEvent {
  return { ...event, payload: null, payloadText: null, salt: null };
}

/** Another hash than any. */
const OTHER = 'f'.repeat(64);

describe('a chain', () => {
  it('begins with what names its order, so that two orders of one history have different chains', () => {
    const hashes = [genesisHash(1, ORDER_ID, systemDigest), genesisHash(2, ORDER_ID, systemDigest)];
    expect(new Set([...hashes, genesisHash(1, 'ord_2', systemDigest)]).size).toBe(3);
    expect(life().events[0]?.previousHash).toBe(hashes[0]);
  });

  it('is hashed in a form that does not change: what was written once verifies for ever', () => {
    expect(genesisHash(1, ORDER_ID, (text) => text)).toBe(`1{"order":"${ORDER_ID}","tenant":1}`);
    const [event] = life().events;
    if (event === undefined) throw new Error('it was created');
    const sealed = sealEvent({ head: event.head, payload: { commandId: 'c' } }, 'p', 's', (text) => text);
    expect(sealed.payloadHash).toBe('s{"commandId":"c"}');
    expect(sealed.hash).toBe(
      `1{"actor":7,"at":1000000,"event":null,"from":null,"order":"${ORDER_ID}",` +
        `"payload":"s{\\"commandId\\":\\"c\\"}","previous":"p","task":null,"tenant":1,"to":"A",` +
        `"type":"created","version":1,"workflow":"${OTHER}"}`,
    );
  });

  it('that is whole has no break', () => {
    expect(breaksOf(life(), life().events)).toEqual([]);
  });

  it('tells of an event that was left out, and of one that stands twice', () => {
    const { events } = life();
    const [first, second, third] = events as [OrderEvent, OrderEvent, OrderEvent];
    expect(breaksOf(life(), [first, third])).toEqual([
      '3 version-gap: version 2 was expected',
      '3 previous-hash: it is not linked to the event before it',
      '3 row-content: its events make another customerId than the row has',
    ]);
    expect(breaksOf(life(), [first, second, second, third]).slice(0, 2)).toEqual([
      '2 version-gap: version 3 was expected',
      '2 previous-hash: it is not linked to the event before it',
    ]);
  });

  it('tells of the first event that was left out', () => {
    const { events } = life();
    expect(breaksOf(life(), events.slice(1))).toEqual([
      '2 version-gap: version 1 was expected',
      '2 discontinuous-state: it leaves A, the order was in null',
      '2 previous-hash: it is not linked to the event before it',
    ]);
  });

  it('tells of an event that is another order’s, or another tenant’s', () => {
    const order = life();
    expect(breaksOf(order, rewritten(order, 2, { orderId: 'ord_2' }))[0]).toBe(
      '3 foreign-event: the event belongs to ord_2 of tenant 1',
    );
    expect(breaksOf(order, rewritten(order, 2, { tenant: 2 }))[0]).toBe(
      `3 foreign-event: the event belongs to ${ORDER_ID} of tenant 2`,
    );
  });

  it('tells of an event that leaves another state than the one that the order was in', () => {
    const order = life();
    expect(breaksOf(order, rewritten(order, 2, { from: 'END' }))).toContain(
      '3 discontinuous-state: it leaves END, the order was in A',
    );
  });

  it('tells of an event that was recorded before its predecessor, not of one at the same time', () => {
    const order = life();
    const { now } = order;
    expect(breaksOf(order, rewritten(order, 2, { at: now - 5 }))).toContain(
      '3 time-reversed: recorded 5 ms before its predecessor',
    );
    expect(breaksOf(order, order.events)).toEqual([]);
  });

  it('tells of a payload, a salt, a head and a link that were changed', () => {
    const order = life();
    const [first, second, third] = order.events as [OrderEvent, OrderEvent, OrderEvent];
    const changed = (more: Partial<OrderEvent>) => breaksOf(order, [first, second, { ...third, ...more }]);
    expect(changed({ payloadText: '{}' })).toEqual(['3 payload-hash: its payload is not what was recorded']);
    expect(changed({ salt: '0'.repeat(32) })).toEqual([
      '3 payload-hash: its payload is not what was recorded',
    ]);
    expect(changed({ head: { ...third.head, actor: 8 } })).toEqual([
      '3 event-hash: its head is not what was recorded',
    ]);
    expect(changed({ previousHash: OTHER })).toEqual([
      '3 previous-hash: it is not linked to the event before it',
      '3 event-hash: its head is not what was recorded',
    ]);
  });

  it('verifies where payload and salt were erased together, and not where one of them is left, which anybody could have written', () => {
    const order = life();
    const [first, second, third] = order.events as [OrderEvent, OrderEvent, OrderEvent];
    expect(breaksOf(order, [first, second, erased(third)])).toEqual([]);
    const half = ['3 payload-hash: its payload is not what was recorded'];
    expect(breaksOf(order, [first, second, { ...third, salt: null }])).toEqual(half);
    expect(breaksOf(order, [first, second, { ...third, payloadText: null, payload: null }])).toEqual(half);
  });
});

describe('the row of an order', () => {
  it('is at the version of its last event', () => {
    const order = life();
    expect(breaksOf(order, order.events, { version: 4, status: 'A' })).toEqual([
      '4 row-version: the row is at version 4, its events end at 3',
    ]);
    expect(breaksOf(order, [], { version: 1 })).toEqual([
      '1 row-version: the row is at version 1, its events end at 0',
    ]);
    expect(breaksOf(order, [], { version: 0 }), 'neither was ever written').toEqual([]);
  });

  it('is of the order and the tenant that its events are of', () => {
    const order = life();
    const kinds = (row: Partial<Order>) => [
      ...new Set(breaksOf(order, order.events, row).map((one) => one.replace(/^\d+ |:.*$/g, ''))),
    ];
    expect(kinds({ tenant: 2 })).toEqual(['foreign-event', 'previous-hash']);
    expect(kinds({ id: 'ord_2' })).toEqual(['foreign-event', 'previous-hash']);
  });

  it('is in the state that its last event leads to, and names its hash', () => {
    const order = life();
    expect(breaksOf(order, order.events, { status: 'A', lastHash: OTHER })).toEqual([
      '3 row-status: the row is in A, its last event leads to B',
      '3 row-hash: the row names another last hash than its last event has',
    ]);
  });

  it('has what its events make of it', () => {
    const order = life();
    expect(breaksOf(order, order.events, { customerId: 'bob', enteredVersion: 1 })).toEqual([
      '3 row-content: its events make another enteredVersion, customerId than the row has',
    ]);
  });

  it('is compared with its definition where that is known: only that says whether a state is final', () => {
    const order = life();
    const row = { ...order.order, settled: true, awaitsReview: true };
    expect(verifyChain(row, order.events, systemDigest)).toEqual([]);
    expect(breaksOf(order, order.events, row)).toEqual([
      '3 row-content: its events make another settled, awaitsReview than the row has',
    ]);
  });

  it('without a first event that creates the order is compared with nothing but the last', () => {
    const order = life();
    const kinds = verifyChain(order.order, order.events.slice(1), systemDigest).map(({ kind }) => kind);
    expect(kinds).toEqual(['version-gap', 'discontinuous-state', 'previous-hash']);
  });

  it('that nobody could have written is told of, and ends no audit', () => {
    const order = life();
    const metadata = { size: Number.NaN };
    expect(breaksOf(order, order.events, { metadata })).toEqual([
      '3 row-content: its events make another metadata than the row has',
    ]);
  });
});

/** An order that a failed task has blocked, and one whose work is still to be done in a final state. */
describe('what was erased is taken from the row', () => {
  const tasks = { pack: {} };
  const working: States = {
    A: { on: { go: 'END' } },
    END: { final: true, run: { task: 'pack' }, review: {} },
  };

  it('so that an order with work in a final state verifies, open and blocked as it stands', () => {
    const order = new Life(working, { tasks });
    order.event('go');
    expect(breaksOf(order, order.events.map(erased))).toEqual([]);
    order.fail('2:0');
    expect(order.order).toMatchObject({ settled: false, blocked: true });
    expect(breaksOf(order, order.events.map(erased))).toEqual([]);
    expect(breaksOf(order, order.events, { blocked: false })).toEqual([
      '3 row-content: its events make another blocked than the row has',
    ]);
  });

  it('so that a settled order verifies', () => {
    const order = life();
    order.event('ship');
    expect(order.order.settled).toBe(true);
    expect(breaksOf(order, order.events.map(erased))).toEqual([]);
  });

  it('but not that an order is blocked which no task could have blocked', () => {
    const order = life();
    expect(breaksOf(order, order.events.map(erased), { blocked: true })).toEqual([
      '3 row-content: its events make another blocked than the row has',
    ]);
  });

  it('so that an order which an operator could not resolve verifies', () => {
    const order = new Life(
      { A: { run: { task: 'stock.check' }, done: 'END', on: { stop: 'END' } }, END: { final: true } },
      { stock: { A: 1 } },
    );
    order.resolve('1:0', 'done');
    expect(order.trail(1)).toEqual([
      'work_ended stock.check dead in A blocked',
      'resolved stock.check dead in A blocked',
    ]);
    const [created, ended, resolved] = order.events as [OrderEvent, OrderEvent, OrderEvent];
    expect(breaksOf(order, [created, ended, erased(resolved)])).toEqual([]);
    expect(breaksOf(order, [created, erased(ended), erased(resolved)])).toEqual([]);
  });

  it('so that an order verifies which was blocked by what an operator said', () => {
    const order = new Life(
      {
        A: { run: [{ task: 'pack' }, { task: 'stock.check' }], done: 'END', on: { stop: 'END' } },
        END: { final: true },
      },
      { tasks, stock: { A: 1 } },
    );
    order.done('1:0');
    order.resolve('1:1', 'done');
    expect(order.trail(2)).toEqual(['resolved stock.check dead in A blocked']);
    expect(breaksOf(order, order.events.map(erased))).toEqual([]);
  });

  it('so that what does not end a task leaves a blocked order blocked', () => {
    const order = new Life(
      { A: { editable: true, run: { task: 'pack' }, done: 'END' }, END: { final: true } },
      { tasks },
    );
    order.fail('1:0');
    order.send({ kind: 'edit', customerId: 'ann' });
    expect(order.order.blocked).toBe(true);
    expect(breaksOf(order, order.events.map(erased))).toEqual([]);
  });
});

describe('a chain whose beginning is detached', () => {
  function laterBreaks({ order, events }: Life, first: number, row: Partial<Order> = {}): readonly string[] {
    const check = beginChainCheck({ ...order, ...row }, systemDigest, undefined, first);
    for (const event of events.slice(first - 1)) check.add(event);
    return check.end().map(({ version, kind }) => `${version} ${kind}`);
  }

  it('is whole where each event is linked to the one before it, and the row to the last', () => {
    for (const first of [1, 2, 3]) expect(laterBreaks(life(), first)).toEqual([]);
  });

  it('trusts the first event in what came before it, and no other', () => {
    const [created, edited, paid] = life().events as [OrderEvent, OrderEvent, OrderEvent];
    const breaks = (first: number, ...events: OrderEvent[]) => {
      const check = beginLinkCheck({ tenant: 1, id: ORDER_ID }, systemDigest, first);
      for (const event of events) check.add(event);
      return check.end().map(({ version, kind }) => `${version} ${kind}`);
    };
    expect(breaks(2, edited, paid)).toEqual([]);
    expect(breaks(2, { ...edited, previousHash: OTHER }, paid)).toEqual(['2 event-hash']);
    expect(breaks(2, edited, { ...paid, previousHash: OTHER })).toEqual(['3 previous-hash', '3 event-hash']);
    expect(breaks(2, paid)).toEqual(['3 version-gap']);
    expect(breaks(1, edited)).toEqual(['2 version-gap', '2 discontinuous-state', '2 previous-hash']);
    expect(breaks(1, created, edited, paid)).toEqual([]);
  });

  it('compares the row with its last event, and not with what nobody can fold any more', () => {
    expect(laterBreaks(life(), 3, { status: 'A' })).toEqual(['3 row-status']);
    expect(laterBreaks(life(), 3, { lastHash: OTHER })).toEqual(['3 row-hash']);
    expect(laterBreaks(life(), 3, { customerId: 'bob' })).toEqual([]);
    expect(laterBreaks(life(), 4)).toEqual(['3 row-version']);
  });
});
