import { describe, expect, it } from 'vitest';
import { verifyChain } from '../order/chain.ts';
import type { Actor } from '../order/command.ts';
import type { Order } from '../order/order.ts';
import { createPawl, type Pawl, type PawlOptions } from '../pawl.ts';
import type { Store, Unit } from '../ports/store.ts';
import { createIds, createSystemRandom, systemClock, systemDigest } from '../ports/system.ts';
import { createMemoryStore } from '../storage/memory/index.ts';
import { defineWorkflow } from '../workflow/definition.ts';
import type { Outcome, Request } from './request.ts';

const DEMO = defineWorkflow({
  name: 'demo',
  initial: 'CREATED',
  states: {
    CREATED: { editable: true, on: { pay: 'PAID', cancel: 'CANCELLED' } },
    PAID: { on: { ship: 'SHIPPED', refund: 'CREATED', cancel: 'CANCELLED' } },
    SHIPPED: { final: true },
    CANCELLED: { final: true },
  },
});
const ITEMS = [{ sku: 'A', qty: 2, price: '9.99' }];
const WHOLE_TRAIL = { direction: 'asc', after: null, limit: 10_000 } as const;

interface Bench {
  readonly pawl: Pawl;
  readonly store: Store;
  readonly tenant: number;
  readonly actor: Actor;
}

async function bench(store: Store = createMemoryStore(), options: Partial<PawlOptions> = {}): Promise<Bench> {
  const pawl = await createPawl({ store, workflows: [DEMO], ...options });
  const tenant = await pawl.tenant('default');
  return { pawl, store, tenant, actor: await pawl.actor(tenant, 'program', 'tester', ['admin']) };
}

/** The same store with some of its calls replaced. */
function altered(store: Store, changes: Partial<Store>): Store {
  return Object.assign(Object.create(store) as Store, changes);
}

async function created({ pawl }: Bench): Promise<Order> {
  return orderOf(await pawl.create({ workflow: 'demo', items: ITEMS }));
}

function orderOf(outcome: Outcome): Order {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.rejection));
  return outcome.order;
}

function event(on: Bench, orderId: string, name: string, more: Partial<Request> = {}): Request {
  return { tenant: on.tenant, actor: on.actor, orderId, command: { kind: 'event', event: name }, ...more };
}

const summary = (outcome: Outcome): string =>
  `${outcome.ok ? `${outcome.order.status} ${outcome.order.version}` : outcome.rejection.code}${outcome.replayed ? ' again' : ''}`;

describe('a command', () => {
  it('is answered only after its commit, and so is a refusal that a commit went along with', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const memory = createMemoryStore();
    let held = false;
    const commit = async (units: readonly Unit[]) => {
      if (held) await gate;
      return memory.commit(units);
    };
    const on = await bench(altered(memory, { commit }));
    const order = await created(on);
    held = true;
    const answers: string[] = [];
    const calls = ['pay', 'pay'].map((name) =>
      on.pawl.fire(order.id, name).then((o) => answers.push(summary(o))),
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(answers).toEqual([]);
    expect((await on.pawl.get(on.tenant, order.id))?.status).toBe('CREATED');
    release();
    await Promise.all(calls);
    expect(answers).toEqual(['PAID 2', 'illegal-transition']);
  });

  it('shares a commit with all that arrived while the last one was in flight', async () => {
    const sizes: number[] = [];
    const memory = createMemoryStore();
    const commit = async (units: readonly Unit[]) => {
      sizes.push(units.length);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return memory.commit(units);
    };
    const on = await bench(altered(memory, { commit }));
    const first = on.pawl.create({ workflow: 'demo', items: ITEMS });
    await new Promise((resolve) => setTimeout(resolve, 1));
    await Promise.all([
      first,
      ...Array.from({ length: 50 }, () => on.pawl.create({ workflow: 'demo', items: ITEMS })),
    ]);
    expect(sizes).toEqual([1, 50]);
  });

  it('is decided after the ones before it for the same order, in one unit', async () => {
    const on = await bench();
    const order = await created(on);
    const outcomes = await on.pawl.submitAll(
      ['pay', 'refund', 'pay', 'ship', 'pay'].map((name) => event(on, order.id, name)),
    );
    expect(outcomes.map(summary)).toEqual([
      'PAID 2',
      'CREATED 3',
      'PAID 4',
      'SHIPPED 5',
      'illegal-transition',
    ]);
  });

  it('that races others for one step from one version wins alone (R0.05)', async () => {
    const on = await bench();
    const order = await created(on);
    const precondition = { kind: 'version', version: 1 } as const;
    const racers = Array.from({ length: 100 }, () =>
      on.pawl.submit(event(on, order.id, 'pay', { precondition })),
    );
    const outcomes = await Promise.all(racers);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(new Set(outcomes.filter(({ ok }) => !ok).map(summary))).toEqual(new Set(['version-conflict']));
  });

  it('for an order of another tenant, or of none, is not found', async () => {
    const on = await bench();
    const order = await created(on);
    const other = await on.pawl.tenant('other');
    const stranger = await on.pawl.actor(other, 'api_key', 'eve', ['admin']);
    expect(
      summary(await on.pawl.submit({ ...event(on, order.id, 'pay'), tenant: other, actor: stranger })),
    ).toBe('order-not-found');
    expect(summary(await on.pawl.fire('ord_nothing', 'pay'))).toBe('order-not-found');
    expect((await on.pawl.get(on.tenant, order.id))?.version).toBe(1);
  });

  it('finds a full queue and is refused whole, and the queue empties again', async () => {
    const on = await bench(createMemoryStore(), { queueMax: 10 });
    const order = await created(on);
    const requests = Array.from({ length: 6 }, () => event(on, order.id, 'pay'));
    const [first, second] = await Promise.all([on.pawl.submitAll(requests), on.pawl.submitAll(requests)]);
    expect(first.map(summary)[0]).toBe('PAID 2');
    expect(new Set(second.map(summary))).toEqual(new Set(['overloaded']));
    expect((await on.pawl.submitAll(requests)).map(summary)).not.toContain('overloaded');
  });
});

describe('a batch', () => {
  const counting = (store: Store, sizes: number[]): Store =>
    altered(store, {
      commit: (units) => {
        sizes.push(units.length);
        return store.commit(units);
      },
    });

  it('is decided on the rows that it read, however small the cache is', async () => {
    const on = await bench(createMemoryStore(), { cacheBytesMax: 1 });
    const orders = await Promise.all(Array.from({ length: 5 }, () => created(on)));
    const outcomes = await on.pawl.submitAll(orders.map(({ id }) => event(on, id, 'pay')));
    expect(outcomes.map(summary)).toEqual(Array(5).fill('PAID 2'));
  });

  it('of one bulk call is one commit, of at most as many units as the store wants', async () => {
    const sizes: number[] = [];
    const memory = createMemoryStore();
    const on = await bench(memory);
    const orders = await Promise.all(Array.from({ length: 25 }, () => created(on)));
    const capabilities = { ...memory.capabilities, unitsPerCommitMax: 10 };
    const small = await bench(altered(counting(memory, sizes), { capabilities }));
    await small.pawl.submitAll(orders.map(({ id }) => event(small, id, 'pay')));
    expect(sizes).toEqual([10, 10, 5]);
  });

  it('is told of with what was committed of it', async () => {
    const told: object[] = [];
    const on = await bench(createMemoryStore(), {
      observe: (o) => void (o.kind === 'batch' && told.push(o)),
    });
    const [one, other] = [await created(on), await created(on)];
    told.length = 0;
    await on.pawl.submitAll([
      event(on, one.id, 'pay'),
      event(on, one.id, 'ship'),
      event(on, other.id, 'pay'),
    ]);
    expect(told).toEqual([{ kind: 'batch', units: 2, commands: 3 }]);
  });

  it('has no command fail because another for the same order cannot be recorded', async () => {
    const on = await bench();
    const order = await created(on);
    const broken = { kind: 'event', event: 'ship', reason: '\ud800' } as const;
    const [pay, ship, cancel] = await Promise.allSettled([
      on.pawl.fire(order.id, 'pay'),
      on.pawl.submit({ ...event(on, order.id, 'ship'), command: broken }),
      on.pawl.fire(order.id, 'cancel'),
    ]);
    expect(pay).toMatchObject({ value: { order: { status: 'PAID' } } });
    expect(ship).toMatchObject({ status: 'rejected' });
    expect(cancel).toMatchObject({ value: { order: { status: 'CANCELLED', version: 3 } } });
  });

  it('lets replays of one key starve nobody: what is left of a unit is decided next, in its turn', async () => {
    const on = await bench();
    const order = await created(on);
    const keyed = event(on, order.id, 'pay', { idempotency: { key: 'k', call: 'pay' } });
    await on.pawl.submit(keyed);
    const others: Promise<Outcome>[] = [];
    for (let round = 0; round < 20; round++) {
      for (let caller = 0; caller < 5; caller++) void on.pawl.submit(keyed);
      others.push(on.pawl.fire(order.id, round % 2 === 0 ? 'refund' : 'pay'));
      if (round % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const versions = (await Promise.all(others)).map(summary);
    expect(versions).toEqual(others.map((_, n) => `${n % 2 === 0 ? 'CREATED' : 'PAID'} ${n + 3}`));
  });

  it('never takes the id of an order for a new one', async () => {
    for (const lanes of [1, 2]) {
      const memory = createMemoryStore();
      const id = createIds(createSystemRandom()).orderId(Date.now());
      const store = altered(memory, { capabilities: { ...memory.capabilities, lanes } });
      const on = await bench(store, { ids: { orderId: () => id, commandId: () => 'c' } });
      const first = await created(on);
      const again = [created(on), created(on)];
      expect(await Promise.allSettled(again)).toMatchObject(again.map(() => ({ status: 'rejected' })));
      expect(await on.pawl.get(on.tenant, id)).toEqual(first);
    }
  });
});

describe('what a program hands in', () => {
  it('is not the order’s own: changing it afterwards changes nothing', async () => {
    const on = await bench();
    const metadata = { vip: false };
    const order = orderOf(await on.pawl.create({ workflow: 'demo', items: ITEMS, metadata }));
    metadata.vip = true;
    const edit = { kind: 'edit', customerId: 'c' } as const;
    const edited = orderOf(await on.pawl.submit({ ...event(on, order.id, ''), command: edit }));
    expect(edited.metadata).toEqual({ vip: false });
  });

  it('is refused as a bug where it cannot be told apart or belongs to somebody else, and leaves no trace', async () => {
    const on = await bench(createMemoryStore(), { queueMax: 2 });
    const order = await created(on);
    const eve = await on.pawl.actor(await on.pawl.tenant('other'), 'api_key', 'eve', ['admin']);
    const idempotency = { key: '\ud800', call: '' };
    for (let round = 0; round < 3; round++) {
      await expect(on.pawl.submit({ ...event(on, order.id, 'pay'), actor: eve })).rejects.toThrow(TypeError);
      await expect(on.pawl.submit(event(on, order.id, 'pay', { idempotency }))).rejects.toThrow(TypeError);
    }
    expect(summary(await on.pawl.fire(order.id, 'pay', {}, eve))).toBe('order-not-found');
    await expect(on.pawl.tenant('\udfff')).rejects.toThrow(TypeError);
    expect(summary(await on.pawl.fire(order.id, 'pay'))).toBe('PAID 2');
    await on.pawl.close();
  });

  it('may be an observer that throws: commands are answered and closing ends', async () => {
    const observe = (): never => {
      throw new Error('broken');
    };
    const on = await bench(createMemoryStore(), { observe });
    const order = await created(on);
    const idempotency = { key: 'k', call: 'pay' };
    expect(summary(await on.pawl.submit(event(on, order.id, 'pay', { idempotency })))).toBe('PAID 2');
    await on.pawl.close();
  });

  it('is merged into metadata only as far as the limit', async () => {
    const on = await bench();
    const order = await created(on);
    const patch = (name: string): Request => ({
      ...event(on, order.id, ''),
      command: { kind: 'edit', metadataPatch: { [name]: 'x'.repeat(6_000) } },
    });
    const outcomes = await on.pawl.submitAll(['a', 'b', 'c'].map(patch));
    expect(outcomes.map(summary)).toEqual(['CREATED 2', 'CREATED 3', 'metadata-too-large']);
  });
});

describe('an idempotency key', () => {
  const keyed = (call: string, key = 'k'): Partial<Request> => ({ idempotency: { key, call } });

  it('answers an equal call as before, whatever happened since (R0.14, R2.03)', async () => {
    const on = await bench();
    const order = await created(on);
    const pay = event(on, order.id, 'pay', keyed('pay'));
    expect(summary(await on.pawl.submit(pay))).toBe('PAID 2');
    await on.pawl.fire(order.id, 'ship');
    expect(summary(await on.pawl.submit(pay))).toBe('PAID 2 again');
    expect(summary(await on.pawl.submit(event(on, order.id, 'pay', keyed('other'))))).toBe(
      'idempotency-key-reused',
    );
  });

  it('creates one order for many calls, also at once', async () => {
    const on = await bench();
    const create: Request = {
      tenant: on.tenant,
      actor: on.actor,
      workflow: 'demo',
      command: {
        kind: 'create',
        items: ITEMS,
        currency: 'USD',
        customerId: null,
        externalId: null,
        metadata: {},
      },
      ...keyed('create'),
    };
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => on.pawl.submit(create)));
    expect(new Set(outcomes.map((outcome) => orderOf(outcome).id)).size).toBe(1);
    expect(outcomes.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await on.pawl.count({ tenant: on.tenant })).toBe(1);
  });

  it('remembers what the rules refused, and replays it after they would allow it', async () => {
    const on = await bench();
    const order = await created(on);
    const ship = event(on, order.id, 'ship', keyed('ship'));
    expect(summary(await on.pawl.submit(ship))).toBe('illegal-transition');
    await on.pawl.fire(order.id, 'pay');
    expect(summary(await on.pawl.submit(ship))).toBe('illegal-transition again');
  });

  it('does not remember a version conflict, nor an order that is not there', async () => {
    const on = await bench();
    const order = await created(on);
    const stale = event(on, order.id, 'pay', {
      ...keyed('pay'),
      precondition: { kind: 'version', version: 2 },
    });
    expect(summary(await on.pawl.submit(stale))).toBe('version-conflict');
    expect(summary(await on.pawl.submit(event(on, order.id, 'pay', keyed('pay'))))).toBe('PAID 2');
    expect(summary(await on.pawl.submit(event(on, 'ord_no', 'pay', keyed('pay', 'k2'))))).toBe(
      'order-not-found',
    );
    expect(summary(await on.pawl.submit(event(on, order.id, 'ship', keyed('ship', 'k2'))))).toBe('SHIPPED 3');
  });

  it('is asked before a version conflict is answered: the retry of what succeeded succeeds', async () => {
    const on = await bench();
    const order = await created(on);
    const pay = event(on, order.id, 'pay', {
      ...keyed('pay'),
      precondition: { kind: 'version', version: 1 },
    });
    expect(summary(await on.pawl.submit(pay))).toBe('PAID 2');
    expect(summary(await on.pawl.submit(pay))).toBe('PAID 2 again');
  });

  it('remembers a workflow and a currency that are not there, and forgets in time', async () => {
    let ahead = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + ahead };
    const on = await bench(createMemoryStore({ clock }), { clock, idempotencyTtlMs: 1_000 });
    const command = {
      kind: 'create',
      items: ITEMS,
      currency: 'EUR',
      customerId: null,
      externalId: null,
      metadata: {},
    } as const;
    const create = (workflow: string, currency: string, key: string): Request => ({
      tenant: on.tenant,
      actor: on.actor,
      workflow,
      command: { ...command, currency },
      ...keyed('create', key),
    });
    const calls = [create('none', 'EUR', 'a'), create('demo', 'XXX', 'b'), create('demo', 'EUR', 'c')];
    expect((await on.pawl.submitAll(calls)).map(summary)).toEqual([
      'workflow-unknown',
      'currency-unknown',
      'CREATED 1',
    ]);
    expect((await on.pawl.submitAll(calls)).map(({ replayed }) => replayed)).toEqual([true, true, true]);
    ahead = 1_001;
    expect((await on.pawl.submitAll(calls)).map(({ replayed }) => replayed)).toEqual([false, false, false]);
  });

  it('tells calls apart that differ anywhere', async () => {
    const on = await bench();
    const order = await created(on);
    await on.pawl.submit(event(on, order.id, 'pay', keyed('call')));
    const others = Array.from({ length: 50 }, (_, n) => event(on, order.id, 'pay', keyed(`call ${n}`)));
    const outcomes = await on.pawl.submitAll(others);
    expect(new Set(outcomes.map(summary))).toEqual(new Set(['idempotency-key-reused']));
  });

  it('twice in one batch runs once', async () => {
    const on = await bench();
    const order = await created(on);
    const pay = event(on, order.id, 'pay', keyed('pay'));
    const other = event(on, order.id, 'pay', keyed('other'));
    expect((await on.pawl.submitAll([pay, pay, other])).map(summary)).toEqual([
      'PAID 2',
      'PAID 2 again',
      'idempotency-key-reused',
    ]);
  });

  it('of one tenant means nothing to another', async () => {
    const on = await bench();
    const order = await created(on);
    expect(summary(await on.pawl.submit(event(on, order.id, 'pay', keyed('pay'))))).toBe('PAID 2');
    const tenant = await on.pawl.tenant('other');
    const actor = await on.pawl.actor(tenant, 'api_key', 'eve', ['admin']);
    const theirs = event({ ...on, tenant, actor }, order.id, 'pay', keyed('pay'));
    expect(summary(await on.pawl.submit(theirs))).toBe('order-not-found');
  });
});

describe('several engines on one store', () => {
  const shared = (store: Store): Store =>
    altered(store, {
      capabilities: { ...store.capabilities, exclusiveWriter: false, lanes: 3 },
      close: async () => undefined,
    });

  it('never lose or double a step: every version is one event, and every answer was written (R0.05, R0.11)', async () => {
    const memory = createMemoryStore();
    const nodes = await Promise.all([bench(shared(memory)), bench(shared(memory)), bench(shared(memory))]);
    const [on] = nodes as [Bench, Bench, Bench];
    const orders = await Promise.all(Array.from({ length: 5 }, () => created(on)));
    const calls = Array.from({ length: 900 }, (_, index) => {
      const node = nodes[index % 3] as Bench;
      const order = orders[index % 5] as Order;
      return node.pawl.fire(order.id, Math.floor(index / 15) % 2 === 0 ? 'pay' : 'refund');
    });
    const accepted = (await Promise.all(calls)).filter((outcome) => outcome.ok);
    let events = 0;
    for (const { id } of orders) {
      const row = (await on.pawl.get(on.tenant, id)) as Order;
      const trail = await on.pawl.trail({ ...WHOLE_TRAIL, tenant: on.tenant, orderId: id });
      expect(verifyChain(row, trail, systemDigest)).toEqual([]);
      events += trail.length - 1;
    }
    expect(accepted).toHaveLength(events);
    expect(new Set(accepted.map((o) => o.ok && `${o.order.id} ${o.order.version}`)).size).toBe(events);
  });

  it('see what another did before they refuse', async () => {
    const memory = createMemoryStore();
    const [one, two] = [await bench(shared(memory)), await bench(shared(memory))];
    const order = await created(one);
    expect(summary(await two.pawl.fire(order.id, 'ship'))).toBe('illegal-transition');
    await one.pawl.fire(order.id, 'pay');
    expect(summary(await two.pawl.fire(order.id, 'ship'))).toBe('SHIPPED 3');
    expect(summary(await one.pawl.fire(order.id, 'ship'))).toBe('illegal-transition');
  });

  it('give up on an order that never holds still, saying so, without a version conflict that nobody asked about', async () => {
    const memory = createMemoryStore();
    let rounds = 0;
    const commit = async (units: readonly Unit[]) => {
      const [unit] = units;
      if (unit?.expectedVersion === 0 || unit === undefined) return memory.commit(units);
      rounds++;
      return [{ kind: 'conflict' as const, current: (await memory.load([unit]))[0] }];
    };
    const on = await bench(altered(memory, { commit }));
    const order = await created(on);
    expect(summary(await on.pawl.fire(order.id, 'pay'))).toBe('contention');
    expect(rounds).toBe(8);
  });
});

describe('a fault of the store', () => {
  it('after the commit was made is found out by asking, and the command succeeds', async () => {
    const memory = createMemoryStore();
    let lost = false;
    const commit = async (units: readonly Unit[]) => {
      const verdicts = await memory.commit(units);
      if (lost) throw new Error('the connection is gone');
      return verdicts;
    };
    const on = await bench(altered(memory, { commit }));
    const order = await created(on);
    lost = true;
    expect(summary(await on.pawl.fire(order.id, 'pay'))).toBe('PAID 2');
    expect(summary(await on.pawl.fire(order.id, 'pay'))).toBe('illegal-transition');
  });

  it('before the commit is thrown to those who waited, and the next command is decided on what is there', async () => {
    const memory = createMemoryStore();
    let down = false;
    const commit = async (units: readonly Unit[]) => {
      if (down) throw new Error('the disk is full');
      return memory.commit(units);
    };
    const on = await bench(altered(memory, { commit }));
    const order = await created(on);
    down = true;
    await expect(on.pawl.fire(order.id, 'pay')).rejects.toThrow('the disk is full');
    down = false;
    expect(summary(await on.pawl.fire(order.id, 'pay'))).toBe('PAID 2');
  });

  it('that leaves the outcome unknown and cannot be asked is never answered with success', async () => {
    const memory = createMemoryStore();
    let down = false;
    const fail = async (): Promise<never> => {
      throw new Error('the database is gone');
    };
    const on = await bench(
      altered(memory, {
        commit: async (units) => {
          const verdicts = await memory.commit(units);
          return down ? fail() : verdicts;
        },
        lookup: fail,
      }),
    );
    const order = await created(on);
    down = true;
    await expect(on.pawl.fire(order.id, 'pay')).rejects.toThrow('the database is gone');
    down = false;
    expect(summary(await on.pawl.fire(order.id, 'ship')), 'decided on what is there').toBe('SHIPPED 3');
  });

  it('with one unit harms no other', async () => {
    const memory = createMemoryStore();
    const on = await bench(memory);
    const [sick, well] = [await created(on), await created(on)];
    const commit = async (units: readonly Unit[]) => {
      const verdicts = [...(await memory.commit(units.filter(({ orderId }) => orderId !== sick.id)))];
      return units.map((unit) =>
        unit.orderId === sick.id
          ? { kind: 'failed' as const, cause: new Error('poison') }
          : (verdicts.shift() as never),
      );
    };
    const second = await bench(altered(memory, { commit }));
    const [bad, good] = await Promise.allSettled([sick, well].map(({ id }) => second.pawl.fire(id, 'pay')));
    expect(bad).toMatchObject({ status: 'rejected', reason: { message: 'poison' } });
    expect(good).toMatchObject({ status: 'fulfilled', value: { ok: true } });
  });
});

describe('reading', () => {
  it('shows an order as it was, by version and by time', async () => {
    const on = await bench();
    const order = await created(on);
    const paid = orderOf(await on.pawl.fire(order.id, 'pay'));
    await on.pawl.fire(order.id, 'ship');
    expect(await on.pawl.getAt(on.tenant, order.id, { version: 2 })).toEqual(paid);
    expect(await on.pawl.getAt(on.tenant, order.id, { version: 9 })).toBeUndefined();
    expect(await on.pawl.getAt(on.tenant, order.id, { time: order.createdAt - 1 })).toBeUndefined();
    expect(await on.pawl.getAt(on.tenant, order.id, { time: Date.now() + 1 })).toMatchObject({
      status: 'SHIPPED',
    });
  });

  it('finds every past version as folding all events would, across pages and edits', async () => {
    const on = await bench();
    const order = await created(on);
    const requests = Array.from({ length: 260 }, (_, n): Request => {
      if (n % 97 === 50)
        return { ...event(on, order.id, ''), command: { kind: 'edit', customerId: `c-${n}` } };
      return event(on, order.id, n % 2 === 0 ? 'pay' : 'refund');
    });
    const outcomes = [order, ...(await on.pawl.submitAll(requests)).flatMap((o) => (o.ok ? [o.order] : []))];
    for (const then of outcomes.filter((_, n) => n % 13 === 0 || n % 97 < 3)) {
      expect(await on.pawl.getAt(on.tenant, order.id, { version: then.version })).toEqual(then);
    }
    const times = new Set(outcomes.map(({ updatedAt }) => updatedAt));
    for (const time of times) {
      const last = outcomes.findLast(({ updatedAt }) => updatedAt <= time);
      expect(await on.pawl.getAt(on.tenant, order.id, { time })).toEqual(last);
    }
  });

  it('says that a past was erased where it needs what is gone', async () => {
    const memory = createMemoryStore();
    const erased = altered(memory, {
      trail: async (query) =>
        (await memory.trail(query)).map((e) => ({ ...e, payload: null, payloadText: null, salt: null })),
    });
    const on = await bench(erased);
    const order = await created(on);
    await on.pawl.fire(order.id, 'pay');
    expect(await on.pawl.getAt(on.tenant, order.id, { version: 1 })).toMatchObject({
      code: 'payload-erased',
    });
  });

  it('previews without a precondition, and sees a taken external id', async () => {
    const on = await bench();
    const order = orderOf(await on.pawl.create({ workflow: 'demo', items: ITEMS, externalId: 'x' }));
    expect(summary(await on.pawl.preview(event(on, order.id, 'pay', { preconditionRequired: true })))).toBe(
      'PAID 2',
    );
    const command = {
      kind: 'create',
      items: ITEMS,
      currency: 'USD',
      customerId: null,
      externalId: 'x',
      metadata: {},
    } as const;
    const create = { tenant: on.tenant, actor: on.actor, workflow: 'demo', command };
    expect(summary(await on.pawl.preview(create))).toBe('external-id-taken');
  });

  it('previews a command without doing it', async () => {
    const on = await bench();
    const order = await created(on);
    expect(summary(await on.pawl.preview(event(on, order.id, 'pay')))).toBe('PAID 2');
    expect(summary(await on.pawl.preview(event(on, order.id, 'ship')))).toBe('illegal-transition');
    expect(await on.pawl.get(on.tenant, order.id)).toEqual(order);
  });
});

describe('closing', () => {
  it('answers what was submitted first', async () => {
    const on = await bench();
    const order = await created(on);
    const call = on.pawl.fire(order.id, 'pay');
    await on.pawl.close();
    expect(summary(await call)).toBe('PAID 2');
  });

  it('takes nothing new meanwhile', async () => {
    const on = await bench();
    const closing = on.pawl.close();
    await expect(on.pawl.create({ workflow: 'demo', items: ITEMS })).rejects.toThrow('closing');
    await closing;
  });
});
