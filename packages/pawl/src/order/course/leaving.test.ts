import { describe, expect, it } from 'vitest';
import { CLAIM_MS, Life, ORDER_ID, type States } from '../../testing/life/life.ts';

const TASKS = { charge: { undo: 'refund' }, refund: {}, pack: {}, label: { undo: 'void' }, void: {} };

/** A state whose work somebody can cancel: to a state that goes on, or to the end. */
const STATES: States = {
  A: {
    run: { all: [{ task: 'charge' }, { task: 'pack' }, { task: 'label' }] },
    done: 'END',
    failed: 'BAD',
    on: { hold: 'B', cancel: 'BAD' },
    after: { '1h': 'BAD' },
  },
  B: { on: { again: 'A', cancel: 'BAD' } },
  END: { final: true },
  BAD: { final: true, review: { redrive: 'A' } },
};

function life(): Life {
  return new Life(STATES, { tasks: TASKS });
}

describe('leaving a state', () => {
  it('deletes its timers and the tasks that nobody has begun', () => {
    const order = life();
    order.postpone('1:1', { ms: 5_000 });
    expect(order.event('hold')).toBe('B 2');
    expect(order.order.work).toEqual({ tasks: [], timers: [], effects: [], runs: [] });
    expect(order.trail(1)).toEqual(['transitioned hold to B']);
  });

  it('makes orphans of the tasks that somebody holds, with token and lease', () => {
    const order = life();
    const held = order.claim('1:0');
    order.event('cancel');
    expect(order.order.work.tasks).toEqual([{ ...held, orphan: true }]);
    expect(order.trail(1)).toEqual(['transitioned cancel to BAD open']);
  });

  it('also those whose lease is over, and those that may have had their effect before', () => {
    const order = life();
    order.claim('1:0', 10);
    order.claim('1:1');
    order.postpone('1:1', { ms: 5_000, uncertain: true });
    order.claim('1:2');
    order.postpone('1:2', { ms: 5_000 });
    order.now += 11;
    order.event('cancel');
    expect(order.tasks()).toEqual(['charge 1:0 orphan', 'pack 1:1 orphan']);
  });

  it('by a timer does the same', () => {
    const order = life();
    order.claim('1:0');
    order.now += 3_600_000;
    expect(order.fire()).toBe('BAD 2');
    expect(order.tasks()).toEqual(['charge 1:0 orphan']);
  });

  it('keeps what was done, for a compensation later', () => {
    const order = new Life({ ...STATES, BAD: { final: true, compensate: true } }, { tasks: TASKS });
    order.done('1:0', { reference: 'r' });
    order.event('hold');
    order.event('cancel');
    expect(order.task('1:0:undo').input).toEqual({ reference: 'r' });
  });

  it('twice leaves an orphan as it is', () => {
    const order = life();
    const held = order.claim('1:0');
    order.event('hold');
    order.event('again');
    expect(order.tasks()).toEqual([
      'charge 1:0 orphan',
      'charge 3:0 ready',
      'pack 3:1 ready',
      'label 3:2 ready',
    ]);
    order.claim('3:0');
    order.event('hold');
    expect(order.tasks()).toEqual(['charge 1:0 orphan', 'charge 3:0 orphan']);
    expect(order.task('1:0')).toEqual({ ...held, orphan: true });
  });

  it('keeps an orphan whose attempt has failed since: what became of it is still told', () => {
    const order = life();
    order.claim('1:0');
    order.event('hold');
    order.postpone('1:0', { ms: 5_000 });
    order.event('again');
    order.event('hold');
    expect(order.tasks()).toEqual(['charge 1:0 orphan']);
    expect(order.lapse('1:0')).toBe('B 5');
    expect(order.tasks()).toEqual([]);
  });

  it('drops a dead task that had no effect, and has one undone that may have had it', () => {
    const states: States = {
      A: { run: { all: [{ task: 'charge' }, { task: 'pack' }] }, done: 'END', on: { cancel: 'BAD' } },
      END: { final: true },
      BAD: { final: true },
    };
    const order = new Life(states, { tasks: { charge: TASKS.charge, refund: {}, pack: {} } });
    order.exhaust('1:0', true);
    order.fail('1:1');
    expect(order.tasks()).toEqual(['charge 1:0 dead', 'pack 1:1 dead']);
    order.event('cancel');
    expect(order.tasks()).toEqual(['refund 1:0:undo ready']);
    expect(order.order).toMatchObject({ blocked: false, settled: false });
  });

  it('in the unit in which an operator had a dead task tried again keeps it as what it is', () => {
    const states: States = {
      A: { run: { task: 'charge' }, done: 'END', on: { cancel: 'BAD' } },
      END: { final: true },
      BAD: { final: true },
    };
    const order = new Life(states, { tasks: { charge: TASKS.charge, refund: {} } });
    order.exhaust('1:0', true);
    order.retry('1:0');
    order.event('cancel');
    expect(order.tasks()).toEqual(['charge 1:0 orphan']);
    expect(order.lapse('1:0')).toBe('BAD 5');
    expect(order.tasks()).toEqual(['refund 1:0:undo ready']);
  });
});

describe('an orphan', () => {
  function orphaned(name = '1:0'): Life {
    const order = life();
    order.claim(name);
    order.event('cancel');
    return order;
  }

  it('that is done late is recorded, and undone from what it told', () => {
    const order = orphaned();
    expect(order.done('1:0', { reference: 'r' })).toBe('BAD 3');
    expect(order.trail(2)).toEqual(['work_ended charge late in BAD open']);
    expect(order.events[2]?.payload?.work).toEqual({
      id: `${ORDER_ID}:1:0`,
      outcome: 'late',
      attempts: 1,
      token: 1,
      result: { reference: 'r' },
    });
    expect(order.task('1:0:undo')).toMatchObject({ name: 'refund', kind: 'undo', input: { reference: 'r' } });
    expect(order.done('1:0:undo')).toBe('BAD 4');
    expect(order.trail(3)).toEqual(['compensated refund done in BAD']);
    expect(order.order.settled).toBe(true);
  });

  it('that is done late has nothing undone where its step has no undo', () => {
    const order = orphaned('1:1');
    expect(order.done('1:1')).toBe('BAD 3');
    expect(order.trail(2)).toEqual(['work_ended pack late in BAD']);
    expect(order.order.settled).toBe(true);
  });

  it('that has failed late is recorded and undoes nothing', () => {
    const order = orphaned();
    expect(order.fail('1:0', 'declined')).toBe('BAD 3');
    expect(order.trail(2)).toEqual(['work_ended charge late in BAD']);
    expect(order.events[2]?.payload?.reason).toBe('declined');
    expect(order.order.settled).toBe(true);
  });

  it('that has failed for the last time is undone only if it may have had its effect', () => {
    const known = orphaned();
    known.exhaust('1:0');
    expect(known.tasks()).toEqual([]);
    const unknown = orphaned();
    unknown.exhaust('1:0', true);
    expect(unknown.tasks()).toEqual(['refund 1:0:undo ready']);
    expect(unknown.task('1:0:undo').input).toEqual({});
  });

  it('that has failed in its attempt only is undone if an earlier one may have had its effect', () => {
    const outcome = { kind: 'failed', reason: 'not asked', attemptOnly: true } as const;
    const known = orphaned();
    known.end('1:0', outcome);
    expect(known.tasks()).toEqual([]);
    const unknown = life();
    unknown.claim('1:0');
    unknown.postpone('1:0', { uncertain: true });
    unknown.claim('1:0');
    unknown.event('cancel');
    expect(unknown.end('1:0', outcome)).toBe('BAD 3');
    expect(unknown.trail(2)).toEqual(['work_ended charge late in BAD open']);
    expect(unknown.tasks()).toEqual(['refund 1:0:undo ready']);
    expect(unknown.task('1:0:undo').input).toEqual({});
  });

  it('whose lease ends without a word is undone, for it may have had its effect', () => {
    const order = orphaned();
    expect(order.lapse('1:0')).toBe('task-running');
    order.now += CLAIM_MS;
    expect(order.lapse('1:0')).toBe('BAD 3');
    expect(order.trail(2)).toEqual(['work_ended charge late in BAD open']);
    expect(order.events[2]?.payload).toMatchObject({
      reason: 'what became of it is not known',
      work: { token: 0 },
    });
    expect(order.tasks()).toEqual(['refund 1:0:undo ready']);
    expect(order.lapse('1:0')).toBe('task-not-found');
  });

  it('is heard also after its lease is over, as long as nobody was told that it lapsed', () => {
    const order = orphaned();
    order.now += CLAIM_MS + 1;
    expect(order.done('1:0', { reference: 'r' })).toBe('BAD 3');
    expect(order.task('1:0:undo').input).toEqual({ reference: 'r' });
  });

  it('is refused only for a superseded token', () => {
    const order = life();
    order.claim('1:0', 10);
    order.now += 11;
    order.claim('1:0');
    order.event('cancel');
    expect(order.end('1:0', { kind: 'done', data: {} }, 1)).toBe('lease-lost');
    expect(order.end('1:0', { kind: 'done', data: {} }, 2)).toBe('BAD 3');
  });

  it('keeps its order from settling, from review and from a redrive', () => {
    const order = orphaned();
    expect(order.order).toMatchObject({ settled: false, awaitsReview: false });
    expect(order.send({ kind: 'review', reason: 'x' })).toBe('review-not-due');
    expect(order.send({ kind: 'redrive', reason: 'x' })).toBe('redrive-not-possible');
    order.done('1:0');
    expect(order.send({ kind: 'redrive', reason: 'x' })).toBe('redrive-not-possible');
    order.done('1:0:undo');
    expect(order.send({ kind: 'redrive', reason: 'x' })).toBe('A 5');
    expect(order.tasks()).toEqual(['charge 5:0 ready', 'pack 5:1 ready', 'label 5:2 ready']);
  });

  it('can be resolved by hand once nobody holds it: done is undone, failed is not', () => {
    const running = orphaned();
    expect(running.resolve('1:0', 'done')).toBe('task-running');
    running.now += CLAIM_MS;
    expect(running.resolve('1:0', 'done', { reference: 'seen' })).toBe('BAD 3');
    expect(running.trail(2)).toEqual(['resolved charge late in BAD open']);
    expect(running.task('1:0:undo').input).toEqual({ reference: 'seen' });
    const failed = orphaned();
    failed.now += CLAIM_MS;
    failed.resolve('1:0', 'failed');
    expect(failed.order).toMatchObject({ settled: true, work: { tasks: [] } });
  });

  it('moves nothing, wherever the order is by then', () => {
    const order = life();
    order.claim('1:0');
    order.claim('1:2');
    order.event('hold');
    order.event('again');
    order.done('1:0');
    order.done('1:2');
    expect(order.order.status).toBe('A');
    expect(order.tasks().slice(3)).toEqual(['refund 1:0:undo ready', 'void 1:2:undo ready']);
  });

  it('of a local task has no effect, since only the commit that ends it would carry it out', () => {
    const run = [{ task: 'pack' }, { task: 'stock.reserve', undo: 'stock.release' }];
    const order = new Life(
      {
        A: { run, done: 'END', failed: 'BAD', on: { cancel: 'BAD' } },
        END: { on: { cancel: 'BAD' } },
        BAD: { final: true, compensate: true },
      },
      { tasks: { pack: {} }, stock: { A: 9 } },
    );
    order.done('1:0');
    order.claim('1:1');
    order.event('cancel');
    expect(order.done('1:1')).toBe('BAD 4');
    expect(order.stock).toEqual([]);
    expect(order.trail(3)).toEqual(['work_ended stock.reserve late in BAD']);
  });
});

describe('while work on an event is under way', () => {
  const states: States = {
    A: {
      editable: true,
      on: {
        check: {
          run: [{ task: 'charge' }, { task: 'pack' }],
          accepted: 'begun',
          roles: ['checker'],
          done: 'END',
          failed: 'BAD',
        },
        pay: { run: { task: 'label' }, done: 'END', failed: 'BAD' },
        hold: 'B',
      },
      after: { '1h': 'BAD' },
    },
    B: { on: { cancel: 'BAD' } },
    END: { final: true },
    BAD: { final: true },
  };
  const checker = {
    actor: { tenant: 1, number: 7, name: 'c', kind: 'api_key', roles: ['checker'] },
  } as const;

  function checking(): Life {
    const order = new Life(states, { tasks: TASKS });
    order.event('check', checker);
    return order;
  }

  it('the same event again is answered the same, and records nothing', () => {
    const order = checking();
    const first = order.decision;
    const version = order.order;
    expect(order.event('check', checker)).toBe('A 2 begun');
    expect(order.decision).toMatchObject({
      ok: true,
      events: [],
      accepted: first?.ok === true ? first.accepted : {},
    });
    expect(order.order).toEqual(version);
    order.done('2:0');
    expect(order.event('check', checker)).toBe('A 3 begun');
    expect(order.decision).toMatchObject({ accepted: { taskId: `${ORDER_ID}:2:0` } });
  });

  it('the same event again needs its role and its precondition, as the first did', () => {
    const order = checking();
    expect(order.event('check')).toBe('role-required');
    expect(order.decision).toMatchObject({ rejection: { action: 'check', roles: ['checker'] } });
    expect(order.event('check', { ...checker, precondition: { kind: 'version', version: 1 } })).toBe(
      'version-conflict',
    );
    const stale = { kind: 'entity-tags', tags: ['1'], any: false } as const;
    expect(order.event('check', { ...checker, precondition: stale })).toBe('precondition-failed');
  });

  it('edits and other working events are refused, naming the task', () => {
    const order = checking();
    expect(order.event('pay')).toBe('work-pending');
    expect(order.decision).toMatchObject({ rejection: { event: 'check', taskId: `${ORDER_ID}:2:0` } });
    expect(order.send({ kind: 'edit', customerId: 'x' })).toBe('work-pending');
  });

  it('a plain transition leaves and cancels it', () => {
    const order = checking();
    expect(order.event('hold')).toBe('B 3');
    expect(order.order.work).toEqual({ tasks: [], timers: [], effects: [], runs: [] });
    expect(order.done('2:0')).toBe('task-not-found');
  });

  it('a timer does so too', () => {
    const order = checking();
    order.claim('2:0');
    order.now += 3_600_000;
    expect(order.fire()).toBe('BAD 3');
    expect(order.tasks()).toEqual(['charge 2:0 orphan']);
    order.done('2:0');
    expect(order.tasks()).toEqual(['refund 2:0:undo ready']);
  });

  it('work of the state goes on beside it, and the first to end decides', () => {
    const both: States = {
      A: {
        run: { task: 'pack' },
        done: 'END',
        on: { pay: { run: { task: 'label' }, done: 'B', failed: 'BAD' } },
      },
      B: { on: { cancel: 'BAD' } },
      END: { final: true },
      BAD: { final: true },
    };
    const order = new Life(both, { tasks: { pack: {}, label: TASKS.label, void: {} } });
    order.event('pay');
    expect(order.tasks()).toEqual(['pack 1:0 ready', 'label 2:0 ready']);
    order.claim('2:0');
    expect(order.done('1:0')).toBe('END 3');
    expect(order.tasks()).toEqual(['label 2:0 orphan']);
  });
});
