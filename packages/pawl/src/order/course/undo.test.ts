import { describe, expect, it } from 'vitest';
import { Life, ORDER_ID, pinned, type States } from '../../testing/life/life.ts';

const TASKS = {
  hold: { undo: 'unhold', holds: 'place' },
  unhold: {},
  charge: { undo: 'refund', holds: 'money' },
  refund: {},
  label: { undo: 'void' },
  void: {},
  pack: {},
};
const reserve = { task: 'stock.reserve', undo: 'stock.release' };

/** Three steps with an undo and one without, then a state that takes them back. */
const CHAIN: States = {
  A: {
    run: [{ task: 'hold' }, { task: 'pack' }, { task: 'charge' }, { task: 'label' }],
    done: 'B',
    failed: 'BAD',
  },
  B: { on: { finish: 'END', cancel: 'BAD' } },
  END: { final: true },
  BAD: { final: true, compensate: true, review: { redrive: 'A' } },
};

function cancelled(): Life {
  const life = new Life(CHAIN, { tasks: TASKS });
  life.done('1:0', { place: 'x' });
  life.done('1:1');
  life.done('1:2', { reference: 'r' });
  life.done('1:3');
  life.event('cancel');
  return life;
}

describe('compensation', () => {
  it('undoes every completed step, the last one first, one after the other', () => {
    const life = cancelled();
    const seen = [life.tasks()];
    for (const name of ['1:3:undo', '1:2:undo', '1:0:undo']) {
      life.done(name);
      seen.push(life.tasks());
    }
    expect(seen).toEqual([['void 1:3:undo ready'], ['refund 1:2:undo ready'], ['unhold 1:0:undo ready'], []]);
    expect(life.trail(5)).toEqual([
      'transitioned cancel to BAD open',
      'compensated void done in BAD open',
      'compensated refund done in BAD open',
      'compensated unhold done in BAD',
    ]);
    expect(life.order).toMatchObject({ settled: true, awaitsReview: true, blocked: false });
  });

  it('hands each undo what its step told, and what the definition gives it', () => {
    const life = new Life(
      {
        A: { run: { task: 'charge', undo: { task: 'refund', with: { why: 'cancelled' } } }, done: 'B' },
        B: { on: { cancel: 'BAD', finish: 'END' } },
        END: { final: true },
        BAD: { final: true, compensate: true },
      },
      { tasks: { charge: {}, refund: {} } },
    );
    life.done('1:0', { reference: 'r-1', with: 'told' });
    life.event('cancel');
    expect(life.task('1:0:undo')).toMatchObject({
      id: `${ORDER_ID}:1:0:undo`,
      kind: 'undo',
      name: 'refund',
      version: 1,
      input: { reference: 'r-1', with: { why: 'cancelled' } },
    });
  });

  it('of nothing is settled at once', () => {
    const life = new Life(CHAIN, { tasks: TASKS });
    expect(life.fail('1:0')).toBe('BAD 2');
    expect(life.order).toMatchObject({ settled: true, awaitsReview: true });
    expect(life.trail(1)).toEqual(['work_ended hold failed to BAD']);
  });

  it('leaves a failed step alone and undoes those before it', () => {
    const life = new Life(CHAIN, { tasks: TASKS });
    life.done('1:0');
    life.done('1:1');
    expect(life.fail('1:2')).toBe('BAD 4');
    expect(life.tasks()).toEqual(['unhold 1:0:undo ready']);
  });

  it('gives back exactly what was reserved, whatever the lines are by then', () => {
    const life = new Life(
      {
        A: { editable: true, run: [reserve], done: 'B', failed: 'BAD' },
        B: { editable: true, on: { cancel: 'BAD', finish: 'END' } },
        END: { final: true },
        BAD: { final: true, compensate: true },
      },
      {
        stock: { A: 10, B: 10 },
        items: [
          { sku: 'A', qty: 2, price: '1' },
          { sku: 'B', qty: 1, price: '1' },
          { sku: 'A', qty: 3, price: '2' },
        ],
      },
    );
    life.send({ kind: 'edit', items: [{ sku: 'C', qty: 9, price: '1' }] });
    expect(life.event('cancel')).toBe('BAD 5');
    expect(life.movements()).toEqual([
      'reserve 5 A 1:0',
      'reserve 1 B 1:0',
      'release 5 A 1:0:undo',
      'release 1 B 1:0:undo',
    ]);
    expect(life.trail(3)).toEqual([
      'transitioned cancel to BAD open',
      'compensated stock.release done in BAD',
    ]);
    expect(life.events.at(-1)?.head.actor, 'nobody has asked for it').toBe(0);
    expect(life.order.settled).toBe(true);
  });

  it('does what needs only stock at once, in its turn among what does not', () => {
    const life = new Life(
      {
        A: { run: [{ task: 'hold' }, reserve, { task: 'charge' }], done: 'B', failed: 'BAD' },
        B: { on: { cancel: 'BAD', finish: 'END' } },
        END: { final: true },
        BAD: { final: true, compensate: true },
      },
      { tasks: some('hold', 'unhold', 'charge', 'refund'), stock: { A: 5 } },
    );
    for (const name of ['1:0', '1:1', '1:2']) life.done(name);
    life.event('cancel');
    expect(life.tasks()).toEqual(['refund 1:2:undo ready']);
    expect(life.movements()).toEqual(['reserve 2 A 1:1']);
    life.done('1:2:undo');
    expect(life.movements()).toEqual(['reserve 2 A 1:1', 'release 2 A 1:1:undo']);
    expect(life.tasks()).toEqual(['unhold 1:0:undo ready']);
  });

  it('undoes the steps of work on events too, also of work that was cancelled', () => {
    const life = new Life(
      {
        A: {
          on: {
            pay: { run: [{ task: 'charge' }, { task: 'pack' }], done: 'B', failed: 'BAD' },
            cancel: 'BAD',
          },
        },
        B: { final: true },
        BAD: { final: true, compensate: true },
      },
      { tasks: some('charge', 'refund', 'pack') },
    );
    life.event('pay');
    life.done('2:0');
    expect(life.event('cancel')).toBe('BAD 4');
    expect(life.tasks()).toEqual(['refund 2:0:undo ready']);
  });

  it('does not undo what was done in earlier states a second time', () => {
    const life = new Life(
      {
        A: { run: { task: 'charge' }, done: 'B', failed: 'BAD' },
        B: { on: { back: 'C', finish: 'END' } },
        C: { compensate: true, on: { again: 'A', cancel: 'BAD' } },
        END: { final: true },
        BAD: { final: true, compensate: true },
      },
      { tasks: some('charge', 'refund') },
    );
    life.done('1:0');
    life.event('back');
    life.done('1:0:undo');
    life.event('again');
    life.done('5:0');
    life.event('back');
    expect(life.tasks()).toEqual(['refund 5:0:undo ready']);
    life.done('5:0:undo');
    life.event('cancel');
    expect(life.order).toMatchObject({ status: 'BAD', settled: true });
  });

  it('goes on after its state is left', () => {
    const life = new Life(
      {
        A: { run: [{ task: 'hold' }, { task: 'charge' }], done: 'B', failed: 'C' },
        B: { on: { cancel: 'C', finish: 'END' } },
        C: { compensate: true, on: { close: 'END' } },
        END: { final: true },
      },
      { tasks: some('hold', 'unhold', 'charge', 'refund') },
    );
    life.done('1:0');
    life.done('1:1');
    life.event('cancel');
    expect(life.event('close')).toBe('END 5');
    expect(life.order.settled).toBe(false);
    life.done('1:1:undo');
    expect(life.tasks()).toEqual(['unhold 1:0:undo ready']);
    life.done('1:0:undo');
    expect(life.order.settled).toBe(true);
  });

  it('leaves alone what the compensating state itself does', () => {
    const life = new Life(
      {
        A: { run: [{ task: 'hold' }, { task: 'charge' }], done: 'B', failed: 'BAD' },
        B: { on: { cancel: 'BAD', finish: 'END' } },
        END: { final: true },
        BAD: { final: true, compensate: true, run: { task: 'label' }, review: { redrive: 'A' } },
      },
      { tasks: some('hold', 'unhold', 'charge', 'refund', 'label', 'void') },
    );
    life.done('1:0');
    life.done('1:1');
    life.event('cancel');
    expect(life.tasks()).toEqual(['refund 1:1:undo ready', 'label 4:0 ready']);
    life.done('4:0');
    life.done('1:1:undo');
    expect(life.tasks()).toEqual(['unhold 1:0:undo ready']);
    life.done('1:0:undo');
    expect(life.order).toMatchObject({ settled: true, work: { effects: [] } });
    life.send({ kind: 'redrive', reason: 'again' });
    life.fail('8:0');
    expect(life.tasks()).toEqual(['label 9:0 ready']);
  });

  it('does not begin while the step of another undo still waits for its own', () => {
    const life = new Life(CHAIN, { tasks: TASKS });
    life.done('1:0');
    life.done('1:1');
    life.claim('1:2');
    life.exhaust('1:2', true);
    expect(life.tasks()).toEqual(['refund 1:2:undo ready']);
    life.done('1:2:undo');
    expect(life.tasks()).toEqual(['unhold 1:0:undo ready']);
  });
});

describe('an undo that fails', () => {
  it.each([
    ['for good', (life: Life) => life.fail('1:3:undo')],
    ['at its last attempt', (life: Life) => life.exhaust('1:3:undo')],
    ['with an unknown end', (life: Life) => life.exhaust('1:3:undo', true)],
  ])('%s blocks the order, never done in silence', (_, fail) => {
    const life = cancelled();
    expect(fail(life)).toBe('BAD 7');
    expect(life.task('1:3:undo').uncertain, 'undone again, it is undone all the same').toBe(false);
    expect(life.trail(6)).toEqual(['work_ended void dead in BAD open blocked']);
    expect(life.tasks()).toEqual(['void 1:3:undo dead']);
    expect(life.order).toMatchObject({ blocked: true, settled: false, awaitsReview: false });
  });

  it('goes on when an operator has it tried again', () => {
    const life = cancelled();
    life.fail('1:3:undo');
    expect(life.retry('1:3:undo')).toBe('BAD 8');
    expect(life.order.blocked).toBe(false);
    life.done('1:3:undo');
    expect(life.tasks()).toEqual(['refund 1:2:undo ready']);
    expect(life.trail(7)).toEqual(['retried void dead in BAD open', 'compensated void done in BAD open']);
  });

  it.each(['done', 'failed'] as const)('and is resolved as %s lets the one before it follow', (outcome) => {
    const life = cancelled();
    life.fail('1:3:undo');
    expect(life.resolve('1:3:undo', outcome)).toBe('BAD 8');
    expect(life.trail(7)).toEqual([`resolved void ${outcome} in BAD open`]);
    expect(life.events.at(-1)?.payload?.reason).toBe('by hand');
    expect(life.tasks()).toEqual(['refund 1:2:undo ready']);
  });

  it('keeps its order from being redriven', () => {
    const life = cancelled();
    life.fail('1:3:undo');
    expect(life.send({ kind: 'redrive', reason: 'x' })).toBe('redrive-not-possible');
  });
});

describe('stock', () => {
  const states: States = {
    A: { run: [{ task: 'stock.check' }, reserve], done: 'B', failed: 'BAD' },
    B: { on: { ship: 'C', cancel: 'BAD' } },
    C: { run: { task: 'stock.ship' }, done: 'D', failed: 'BAD' },
    D: { on: { complain: 'BAD', finish: 'END' } },
    END: { final: true },
    BAD: { final: true, compensate: true, review: { redrive: 'A' } },
  };
  const items = [
    { sku: 'B', qty: 1, price: '1' },
    { sku: 'A', qty: 2, price: '1' },
    { sku: 'A', qty: 3, price: '2' },
  ];

  it('is looked at by the sums of each SKU', () => {
    const short = new Life(states, { items, stock: { A: 4, B: 1 } });
    expect(short.trail()).toEqual(['created to A', 'work_ended stock.check failed to BAD']);
    expect(short.stock).toEqual([{ kind: 'short', sku: 'A', qty: 5 }]);
    expect(short.events[1]?.payload?.reason).toBe('insufficient stock: 5 of A wanted, 4 available');
    const enough = new Life(states, { items, stock: { A: 5, B: 1 } });
    expect(enough.order.status).toBe('B');
    expect(enough.stock).toEqual([
      { kind: 'enough', sku: 'A', qty: 5 },
      { kind: 'enough', sku: 'B', qty: 1 },
      { kind: 'reserve', sku: 'A', qty: 5, effectKey: `${ORDER_ID}:1:1` },
      { kind: 'reserve', sku: 'B', qty: 1, effectKey: `${ORDER_ID}:1:1` },
    ]);
  });

  it('that is too little leaves nothing reserved, not even of what there is', () => {
    const life = new Life(
      {
        A: { run: [reserve], done: 'B', failed: 'BAD' },
        B: { on: { cancel: 'BAD', finish: 'END' } },
        END: { final: true },
        BAD: { final: true, compensate: true },
      },
      { items, stock: { A: 9, B: 0 } },
    );
    expect(life.order).toMatchObject({ status: 'BAD', settled: true });
    expect(life.movements()).toEqual([]);
    expect(life.stock).toEqual([{ kind: 'short', sku: 'B', qty: 1 }]);
  });

  it('that was taken by an earlier step of the commit is not there for the next', () => {
    const twice: States = {
      A: { run: [reserve, reserve], done: 'B', failed: 'BAD' },
      B: { on: { cancel: 'BAD', finish: 'END' } },
      END: { final: true },
      BAD: { final: true, compensate: true },
    };
    expect(new Life(twice, { stock: { A: 4 } }).movements()).toEqual(['reserve 2 A 1:0', 'reserve 2 A 1:1']);
    expect(new Life(twice, { stock: { A: 3 } }).movements()).toEqual([
      'reserve 2 A 1:0',
      'release 2 A 1:0:undo',
    ]);
  });

  it('that was shipped is not given back by a later compensation', () => {
    const life = new Life(states, { items, stock: { A: 5, B: 1 } });
    life.event('ship');
    expect(life.movements().slice(2)).toEqual(['ship 5 A 4:0', 'ship 1 B 4:0']);
    expect(life.events[4]?.payload?.work?.result).toEqual({
      lines: [
        { sku: 'A', qty: 5 },
        { sku: 'B', qty: 1 },
      ],
    });
    expect(life.event('complain')).toBe('BAD 6');
    expect(life.movements()).toHaveLength(4);
    expect(life.order.settled).toBe(true);
  });

  it('is not shipped where nothing is reserved', () => {
    const life = new Life(
      {
        A: { on: { ship: 'C' } },
        C: { run: { task: 'stock.ship' }, done: 'END', failed: 'BAD' },
        END: { final: true },
        BAD: { final: true },
      },
      { stock: { A: 9 } },
    );
    expect(life.event('ship')).toBe('BAD 3');
    expect(life.events.at(-1)?.payload?.reason).toBe('nothing is reserved for the order');
  });

  it('that is being given back is not shipped, nor given back a second time by another step', () => {
    const life = new Life(
      {
        A: { run: [reserve, { task: 'charge' }], done: 'B', failed: 'BAD' },
        B: { on: { back: 'C' } },
        C: { compensate: true, on: { ship: 'D', free: 'E' } },
        D: { run: { task: 'stock.ship' }, done: 'END', failed: 'BAD' },
        E: { run: { task: 'stock.release' }, done: 'BAD' },
        END: { final: true },
        BAD: { final: true, compensate: true },
      },
      { stock: { A: 9 }, tasks: some('charge', 'refund') },
    );
    life.done('1:0');
    life.done('1:1');
    life.event('back');
    expect(life.event('ship')).toBe('BAD 6');
    expect(life.movements()).toEqual(['reserve 2 A 1:0']);
    life.done('1:1:undo');
    expect(life.movements()).toEqual(['reserve 2 A 1:0', 'release 2 A 1:0:undo']);
    expect(life.order.settled).toBe(true);
  });

  it('that an earlier step of the commit has given back is there for the next', () => {
    const life = new Life(
      {
        A: { run: reserve, done: 'B', failed: 'BAD' },
        B: { on: { renew: 'C', cancel: 'BAD' } },
        C: { run: [{ task: 'stock.release' }, reserve], done: 'D', failed: 'BAD' },
        D: { on: { cancel: 'BAD' } },
        BAD: { final: true, compensate: true },
      },
      { stock: { A: 2 } },
    );
    expect(life.event('renew')).toBe('D 5');
    expect(life.movements()).toEqual(['reserve 2 A 1:0', 'release 2 A 3:0', 'reserve 2 A 3:1']);
  });

  it('is shipped in a final state', () => {
    const life = new Life(
      {
        A: { run: [reserve], done: 'B', failed: 'BAD' },
        B: { on: { ship: 'END', cancel: 'BAD' } },
        END: { final: true, run: { task: 'stock.ship' } },
        BAD: { final: true, compensate: true },
      },
      { stock: { A: 9 } },
    );
    expect(life.event('ship')).toBe('END 4');
    expect(life.movements()).toEqual(['reserve 2 A 1:0', 'ship 2 A 3:0']);
    expect(life.trail(2)).toEqual(['transitioned ship to END open', 'work_ended stock.ship done in END']);
    expect(life.order).toMatchObject({ settled: true, work: { effects: [] } });
  });

  it('is reserved and shipped by rows of a final state, too', () => {
    const life = new Life(
      {
        A: { on: { go: 'END' } },
        END: { final: true, run: [reserve, { task: 'pack' }, { task: 'stock.ship' }] },
      },
      { stock: { A: 9 }, tasks: { pack: {} } },
    );
    life.event('go');
    for (const name of ['2:0', '2:1', '2:2']) life.done(name);
    expect(life.movements()).toEqual(['reserve 2 A 2:0', 'ship 2 A 2:2']);
    expect(life.order).toMatchObject({ settled: true, work: { effects: [] } });
  });

  it('is given back by a step of its own, once, all that the order holds', () => {
    const life = new Life(
      {
        A: { run: [reserve, reserve], done: 'B', failed: 'BAD' },
        B: { on: { free: 'C', cancel: 'BAD' } },
        C: { run: { task: 'stock.release' }, done: 'D' },
        D: { on: { cancel: 'BAD' } },
        BAD: { final: true, compensate: true },
      },
      { stock: { A: 9 } },
    );
    life.event('free');
    life.event('cancel');
    expect(life.movements()).toEqual(['reserve 2 A 1:0', 'reserve 2 A 1:1', 'release 4 A 4:0']);
  });

  it('that was given back can be reserved again by a redrive, under a new effect key', () => {
    const life = new Life(states, { stock: { A: 2 } });
    life.event('cancel');
    life.send({ kind: 'redrive', reason: 'again' });
    expect(life.movements()).toEqual(['reserve 2 A 1:1', 'release 2 A 1:1:undo', 'reserve 2 A 6:1']);
    expect(life.order.status).toBe('B');
  });
});

describe('a definition', () => {
  it.each([
    ['pack', 'stock.release'],
    ['stock.reserve', 'payment.refund'],
  ])('whose step %s is undone by %s, which does not take it back, is refused', (task, undo) => {
    const states = {
      A: { run: { task, undo }, done: 'B' },
      B: { on: { cancel: 'BAD' } },
      BAD: { final: true, compensate: true },
    };
    expect(() => pinned(states, { pack: {} })).toThrow('undo-invalid');
  });

  // The rule: an undo that is carried out within the commit can only be `stock.release`. Any other local task as an undo makes
  // the compensation itself fail, for ever: verification has to refuse it.
  it.each(['stock.reserve', 'stock.check', 'stock.ship'])('whose step is undone by %s is refused', (undo) => {
    expect(() =>
      pinned({
        A: { run: { task: 'stock.check', undo }, done: 'B', failed: 'BAD' },
        B: { on: { cancel: 'BAD' } },
        BAD: { final: true, compensate: true },
      }),
    ).toThrow('broken');
  });
});

/** Some of the declarations: every declared task must be used. */
function some(...names: (keyof typeof TASKS)[]): Partial<typeof TASKS> {
  return Object.fromEntries(names.map((name) => [name, TASKS[name]]));
}
