import { describe, expect, it } from 'vitest';
import { Life, ORDER_ID, type States } from '../../testing/life/life.ts';

const TASKS = {
  charge: { undo: 'refund' },
  refund: {},
  pack: {},
  label: { undo: 'void' },
  void: {},
  weigh: {},
};
const ENDS = {
  END: { final: true },
  BAD: { final: true, compensate: true },
} as const;

function ran(
  run: NonNullable<States[string]['run']>,
  failed: string | null,
  tasks: object,
  world: object = {},
): Life {
  const state = { run, done: 'B', on: { cancel: 'BAD' }, ...(failed === null ? {} : { failed }) };
  return new Life(
    { A: state, B: { on: { finish: 'END', cancel: 'BAD' } }, ...ENDS },
    { tasks: { ...tasks }, ...world },
  );
}

const charge = { charge: TASKS.charge, refund: {} };

describe('a task that fails', () => {
  it('as it declares leads to `failed`, with its reason', () => {
    const life = ran({ task: 'charge' }, 'BAD', charge);
    expect(life.fail('1:0', 'no money')).toBe('BAD 2');
    expect(life.trail(1)).toEqual(['work_ended charge failed to BAD']);
    expect(life.events[1]?.payload).toMatchObject({
      reason: 'no money',
      work: { outcome: 'failed', attempts: 1, token: 1 },
    });
    expect(life.tasks()).toEqual([]);
  });

  it('tells what it says of the failure, and the attempts before it', () => {
    const life = ran({ task: 'charge' }, 'BAD', charge);
    const { token, id } = life.claim('1:0');
    const failures = Array.from({ length: 12 }, (_, n) => ({ attempt: n + 1, at: n, error: `e${n}` }));
    const outcome = { kind: 'failed', reason: 'no', data: { code: 7 } } as const;
    life.send({ kind: 'end-task', taskId: id, token, outcome, failures });
    expect(life.events[1]?.payload?.work).toEqual({
      id,
      outcome: 'failed',
      attempts: 1,
      token: 1,
      failures: failures.slice(2),
      result: { code: 7 },
    });
  });

  it('tells each attempt once, as who carried it out knows it, and the last ones of too many', () => {
    const life = ran({ task: 'charge' }, 'BAD', charge);
    const task = life.claim('1:0');
    const failure = (attempt: number, error: string) => ({ attempt, at: attempt, error });
    const known = Array.from({ length: 10 }, (_, n) => failure(n + 1, 'row'));
    life.tamper({ work: { ...life.order.work, tasks: [{ ...task, attempts: 11, failures: known }] } });
    const failures = [failure(10, 'told'), failure(11, 'told')];
    const outcome = { kind: 'failed', reason: 'no' } as const;
    life.send({ kind: 'end-task', taskId: task.id, token: task.token, outcome, failures });
    expect(life.events[1]?.payload?.work?.failures).toEqual([...known.slice(1, 9), ...failures]);
  });

  it('for the last time, as is known, leads to `failed` and undoes nothing of itself', () => {
    const life = ran([{ task: 'label' }, { task: 'charge' }], 'BAD', {
      ...charge,
      label: TASKS.label,
      void: {},
    });
    life.done('1:0');
    expect(life.exhaust('1:1')).toBe('BAD 3');
    expect(life.tasks()).toEqual(['void 1:0:undo ready']);
  });

  it('for the last time, as is not known, leads to `failed`, its undo first and then those before it', () => {
    const life = ran([{ task: 'label' }, { task: 'charge' }], 'BAD', {
      ...charge,
      label: TASKS.label,
      void: {},
    });
    life.done('1:0');
    expect(life.exhaust('1:1', true)).toBe('BAD 3');
    expect(life.trail(2)).toEqual(['work_ended charge failed to BAD open']);
    expect(life.tasks()).toEqual(['refund 1:1:undo ready']);
    life.done('1:1:undo');
    expect(life.tasks()).toEqual(['void 1:0:undo ready']);
  });

  it('has its undo also where the next state undoes nothing', () => {
    const life = new Life(
      {
        A: { run: { task: 'charge' }, done: 'END', failed: 'B' },
        B: { on: { finish: 'END' } },
        END: { final: true },
      },
      { tasks: charge },
    );
    expect(life.exhaust('1:0', true)).toBe('B 2');
    expect(life.tasks()).toEqual(['refund 1:0:undo ready']);
    expect(life.event('finish')).toBe('END 3');
    expect(life.order.settled).toBe(false);
    life.done('1:0:undo');
    expect(life.order.settled).toBe(true);
  });

  it('for the last time counts as unknown where any of its attempts was', () => {
    const life = ran({ task: 'charge' }, 'BAD', charge);
    life.claim('1:0');
    life.postpone('1:0', { uncertain: true });
    expect(life.exhaust('1:0')).toBe('BAD 2');
    expect(life.tasks()).toEqual(['refund 1:0:undo ready']);
  });

  it('for the last time, as is not known and cannot be undone, is dead and blocks the order', () => {
    const life = ran({ task: 'pack' }, 'BAD', { pack: {} });
    expect(life.exhaust('1:0', true)).toBe('A 2');
    expect(life.trail(1)).toEqual(['work_ended pack dead in A blocked']);
    expect(life.tasks()).toEqual(['pack 1:0 dead']);
    expect(life.order.blocked).toBe(true);
  });

  it.each([
    ['as it declares', (life: Life) => life.fail('1:0')],
    ['for the last time', (life: Life) => life.exhaust('1:0')],
    ['for the last time, as is not known', (life: Life) => life.exhaust('1:0', true)],
  ])('%s where no `failed` is declared is dead and blocks the order', (_, fail) => {
    const life = ran({ task: 'charge' }, null, charge);
    expect(fail(life)).toBe('A 2');
    expect(life.trail(1)).toEqual(['work_ended charge dead in A blocked']);
    expect(life.task('1:0')).toMatchObject({ dead: true, leaseUntil: null });
    expect(life.order).toMatchObject({ blocked: true, settled: false });
  });

  it('where no `failed` is declared says so in its row and in the trail, and belongs to nobody', () => {
    const life = ran({ task: 'charge' }, null, charge);
    const task = life.claim('1:0');
    life.tamper({ work: { ...life.order.work, tasks: [{ ...task, parked: true }] } });
    life.now += 5;
    life.fail('1:0', 'x'.repeat(600));
    const error = 'x'.repeat(500);
    expect(life.task('1:0')).toEqual({
      ...task,
      dead: true,
      leaseUntil: null,
      parked: false,
      uncertain: false,
      failures: [{ attempt: 1, at: life.now, error }],
    });
    expect(life.events[1]?.payload?.reason).toBe('x'.repeat(600));
  });

  it('where no `failed` is declared says what its holder has told of the last attempt, once', () => {
    const life = ran({ task: 'charge' }, null, charge);
    const { id: taskId, token } = life.claim('1:0');
    const failures = [{ attempt: 1, at: 7, error: 'told' }];
    const outcome = { kind: 'failed', reason: 'declined' } as const;
    life.send({ kind: 'end-task', taskId, token, outcome, failures });
    expect(life.task('1:0').failures).toEqual(failures);
  });

  it('for good has nothing to undo, also where it is dead and its state is left', () => {
    const life = ran({ task: 'charge' }, null, charge);
    life.fail('1:0');
    expect(life.event('cancel')).toBe('BAD 3');
    expect(life.order).toMatchObject({ settled: true, work: { tasks: [] } });
  });

  it('and is called failed by hand where no `failed` is declared leaves what was done before to be undone', () => {
    const life = ran([{ task: 'label' }, { task: 'charge' }], null, {
      ...charge,
      label: TASKS.label,
      void: {},
    });
    life.done('1:0');
    life.fail('1:1');
    expect(life.resolve('1:1', 'failed')).toBe('A 4');
    life.event('cancel');
    expect(life.tasks()).toEqual(['void 1:0:undo ready']);
  });

  it('by a failure of its attempt only is undone where an earlier attempt may have had its effect', () => {
    const outcome = { kind: 'failed', reason: 'not asked', attemptOnly: true } as const;
    const life = ran({ task: 'charge' }, 'BAD', charge);
    life.claim('1:0');
    life.postpone('1:0', { uncertain: true });
    expect(life.end('1:0', outcome)).toBe('BAD 2');
    expect(life.trail(1)).toEqual(['work_ended charge failed to BAD open']);
    expect(life.events[1]?.payload?.reason).toBe('not asked');
    expect(life.tasks()).toEqual(['refund 1:0:undo ready']);
  });

  it('by a failure of its attempt only is dead where an earlier one of unknown outcome has no undo', () => {
    const life = ran({ task: 'pack' }, 'BAD', { pack: {} });
    life.claim('1:0');
    life.postpone('1:0', { uncertain: true });
    expect(life.end('1:0', { kind: 'failed', reason: 'not asked', attemptOnly: true })).toBe('A 2');
    expect(life.trail(1)).toEqual(['work_ended pack dead in A blocked']);
    expect(life.task('1:0')).toMatchObject({ dead: true, uncertain: true });
  });

  it.each([
    ['of its attempt only, where no outcome before it is unknown,', false, true],
    ['as it declares, also after an attempt of unknown outcome,', true, undefined],
  ])('%s has nothing to undo', (_, uncertain, attemptOnly) => {
    const life = ran({ task: 'charge' }, 'BAD', charge);
    life.claim('1:0');
    life.postpone('1:0', { uncertain });
    expect(life.end('1:0', { kind: 'failed', reason: 'no', attemptOnly })).toBe('BAD 2');
    expect(life.order).toMatchObject({ settled: true, work: { tasks: [] } });
  });

  it('past its deadline lapses: known if it never began, unknown if it did', () => {
    const step = { task: 'charge', timeout: { total: '1m' } };
    const never = ran(step, 'BAD', charge);
    expect(never.lapse('1:0')).toBe('task-not-found');
    never.now += 60_000;
    expect(never.lapse('1:0')).toBe('BAD 2');
    expect(never.events[1]).toMatchObject({
      head: { actor: 0 },
      payload: { reason: 'its time was over', work: { token: 0, attempts: 0 } },
    });
    expect(never.tasks()).toEqual([]);
    const begun = ran(step, 'BAD', charge);
    begun.claim('1:0', 60_000);
    begun.now += 59_999;
    expect(begun.lapse('1:0')).toBe('task-running');
    begun.now += 1;
    expect(begun.lapse('1:0')).toBe('BAD 2');
    expect(begun.tasks()).toEqual(['refund 1:0:undo ready']);
  });

  it('on an event leads where the event says', () => {
    const life = new Life(
      { A: { on: { pay: { run: { task: 'charge' }, done: 'END', failed: 'BAD' } } }, ...ENDS },
      { tasks: charge },
    );
    life.event('pay');
    expect(life.fail('2:0')).toBe('BAD 3');
  });

  it('in a final state is dead', () => {
    const life = new Life(
      { A: { on: { go: 'END' } }, END: { final: true, run: { task: 'pack' }, review: {} } },
      { tasks: { pack: {} } },
    );
    life.event('go');
    life.fail('2:0');
    expect(life.trail(2)).toEqual(['work_ended pack dead in END open blocked']);
    expect(life.order).toMatchObject({ settled: false, blocked: true, awaitsReview: false });
  });
});

describe('the first failure among tasks at the same time', () => {
  const all = [{ task: 'charge' }, { task: 'label' }, { task: 'pack' }];
  const tasks = { ...charge, label: TASKS.label, void: {}, pack: {} };

  it('leaves alone other work of the same state', () => {
    const states: States = {
      A: {
        run: { all: [{ task: 'charge' }, { task: 'pack' }] },
        done: 'END',
        failed: 'BAD',
        on: { print: { run: { all: [{ task: 'label' }, { task: 'weigh' }] }, done: 'END', failed: 'BAD' } },
      },
      ...ENDS,
    };
    const life = new Life(states, { tasks: TASKS });
    life.event('print');
    life.claim('1:0');
    life.fail('1:1');
    expect(life.tasks()).toEqual(['charge 1:0 running', 'label 2:0 ready', 'weigh 2:1 ready']);
    life.done('2:0');
    expect(life.tasks(), 'the work that has not failed goes on').toEqual([
      'charge 1:0 running',
      'weigh 2:1 ready',
    ]);
    expect(life.done('2:1')).toBe('END 5');
  });

  it('drops those that nobody has begun, and fails', () => {
    const life = ran({ all }, 'BAD', tasks);
    life.postpone('1:2', { ms: 5_000 });
    expect(life.fail('1:0')).toBe('BAD 2');
    expect(life.order).toMatchObject({ settled: true, work: { tasks: [] } });
  });

  it('waits for those that somebody holds, then fails and undoes what they have done', () => {
    const life = ran({ all }, 'BAD', tasks);
    life.claim('1:0');
    life.claim('1:2');
    expect(life.fail('1:2', 'no box')).toBe('A 2');
    expect(life.tasks()).toEqual(['charge 1:0 running']);
    expect(life.done('1:0')).toBe('BAD 3');
    expect(life.trail(1)).toEqual(['work_ended pack failed in A', 'work_ended charge done to BAD open']);
    expect(life.tasks()).toEqual(['refund 1:0:undo ready']);
  });

  it('undoes also what was done before it', () => {
    const life = ran({ all }, 'BAD', tasks);
    life.done('1:0');
    life.done('1:1');
    expect(life.fail('1:2')).toBe('BAD 4');
    expect(life.tasks()).toEqual(['void 1:1:undo ready']);
    life.done('1:1:undo');
    expect(life.tasks()).toEqual(['refund 1:0:undo ready']);
  });

  it('waits for those that may have had their effect in an earlier attempt', () => {
    const life = ran({ all }, 'BAD', tasks);
    life.claim('1:0');
    life.postpone('1:0', { ms: 5_000, uncertain: true });
    expect(life.fail('1:1')).toBe('A 2');
    expect(life.tasks()).toEqual(['charge 1:0 waiting']);
    life.exhaust('1:0');
    expect(life.tasks()).toEqual(['refund 1:0:undo ready']);
  });

  it('is not the last: others may fail meanwhile, and the order fails once', () => {
    const life = ran({ all }, 'BAD', tasks);
    for (const name of ['1:0', '1:1', '1:2']) life.claim(name);
    expect([life.fail('1:1'), life.fail('1:2'), life.fail('1:0')]).toEqual(['A 2', 'A 3', 'BAD 4']);
    expect(life.trail(1)).toEqual([
      'work_ended label failed in A',
      'work_ended pack failed in A',
      'work_ended charge failed to BAD',
    ]);
  });

  it('waits for a dead one until an operator has said what became of it', () => {
    const life = ran({ all }, 'BAD', tasks);
    life.exhaust('1:2', true);
    expect(life.tasks().at(-1)).toBe('pack 1:2 dead');
    life.fail('1:0');
    expect(life.tasks()).toEqual(['pack 1:2 dead']);
    expect(life.resolve('1:2', 'done')).toBe('BAD 4');
    expect(life.order.blocked).toBe(false);
  });

  it('drops nothing that was begun before it, not even where it waits for its next attempt when others fail', () => {
    const life = ran({ all }, 'BAD', tasks);
    for (const name of ['1:0', '1:1', '1:2']) life.claim(name);
    life.fail('1:1');
    life.postpone('1:0', { ms: 5_000 });
    expect(life.fail('1:2')).toBe('A 3');
    expect(life.tasks()).toEqual(['charge 1:0 waiting']);
  });

  it('that an operator has declared waits for other dead ones', () => {
    const life = ran({ all }, null, tasks);
    life.fail('1:0');
    life.fail('1:1');
    expect(life.resolve('1:0', 'failed')).toBe('A 4');
    expect(life.tasks()).toEqual(['label 1:1 dead']);
    expect(life.order.blocked).toBe(true);
  });

  it('keeps the next stage from starting', () => {
    const life = ran([{ all: [{ task: 'charge' }, { task: 'pack' }] }, { task: 'weigh' }], 'BAD', {
      ...charge,
      pack: {},
      weigh: {},
    });
    life.claim('1:0');
    life.fail('1:1');
    expect(life.done('1:0')).toBe('BAD 3');
  });

  it('where no `failed` is declared is dead, and the others go on', () => {
    const life = ran({ all }, null, tasks);
    life.fail('1:0');
    expect(life.tasks()).toEqual(['charge 1:0 dead', 'label 1:1 ready', 'pack 1:2 ready']);
    life.done('1:1');
    life.done('1:2');
    expect(life.order).toMatchObject({ status: 'A', blocked: true });
    expect(life.resolve('1:0', 'done')).toBe('B 5');
  });
});

describe('a local step that fails', () => {
  const reserve = { task: 'stock.reserve', undo: 'stock.release' };

  it('where no `failed` is declared is a dead row, one version after the entry', () => {
    const life = ran([{ task: 'stock.check' }, reserve], null, {}, { stock: { A: 1 } });
    expect(life.trail()).toEqual(['created to A', 'work_ended stock.check dead in A blocked']);
    expect(life.tasks()).toEqual(['stock.check 1:0 dead']);
    expect(life.order.blocked).toBe(true);
    const error = 'insufficient stock: 2 of A wanted, 1 available';
    expect(life.task('1:0')).toMatchObject({
      kind: 'step',
      attempts: 1,
      failures: [{ attempt: 1, at: life.now, error }],
    });
    expect(life.events[1]).toMatchObject({ head: { actor: 0 }, payload: { reason: error } });
  });

  it('can be tried again when there is stock, and its work goes on in the same commit', () => {
    const life = ran([{ task: 'stock.check' }, reserve], null, {}, { stock: { A: 1 } });
    life.available.set('A', 2);
    expect(life.retry('1:0')).toBe('A 3');
    expect(life.done('1:0')).toBe('B 5');
    expect(life.trail(2)).toEqual([
      'retried stock.check dead in A',
      'work_ended stock.check done in A',
      'work_ended stock.reserve done to B',
    ]);
    expect(life.movements()).toEqual(['reserve 2 A 1:1']);
  });

  it('is done by hand only if it can be carried out', () => {
    const life = ran([{ task: 'stock.check' }, reserve], null, {}, { stock: { A: 1 } });
    expect(life.resolve('1:0', 'done')).toBe('A 3');
    expect(life.trail(2)).toEqual(['resolved stock.check dead in A blocked']);
    expect(life.events[2]?.payload?.reason).toBe('insufficient stock: 2 of A wanted, 1 available');
    life.available.set('A', 2);
    expect(life.resolve('1:0', 'done')).toBe('B 5');
  });

  it('and is called done by hand leads to `failed` where it cannot be carried out, and says why', () => {
    const life = ran([{ task: 'pack' }, reserve], 'BAD', { pack: {} }, { stock: { A: 1 } });
    life.done('1:0');
    expect(life.resolve('1:1', 'done')).toBe('BAD 3');
    expect(life.events[2]).toMatchObject({
      head: { type: 'resolved', actor: 7 },
      payload: { reason: 'insufficient stock: 2 of A wanted, 1 available', work: { outcome: 'failed' } },
    });
  });

  it('as a row, by the end of its attempts, is known not to have happened', () => {
    const life = ran([{ task: 'stock.check' }, { task: 'pack' }], 'BAD', { pack: {} }, { stock: { A: 9 } });
    expect(life.exhaust('1:0', true)).toBe('BAD 2');
    const reserved = ran([reserve, { task: 'pack' }], 'BAD', { pack: {} }, { stock: { A: 9 } });
    expect(reserved.exhaust('1:0', true)).toBe('BAD 2');
    expect(reserved.trail(1)).toEqual(['work_ended stock.reserve failed to BAD']);
    expect(reserved.order.settled).toBe(true);
  });

  it('as a row fails when there is no stock, whatever its holder says', () => {
    const life = ran([{ task: 'pack' }, reserve], 'BAD', { pack: {} }, { stock: { A: 1 } });
    life.done('1:0');
    expect(life.done('1:1')).toBe('BAD 3');
    expect(life.events[2]?.payload).toMatchObject({
      reason: 'insufficient stock: 2 of A wanted, 1 available',
      work: { id: `${ORDER_ID}:1:1`, outcome: 'failed', attempts: 1, token: 1 },
    });
  });
});
