import { describe, expect, it } from 'vitest';
import { CLAIM_MS, Life, ORDER_ID, type States } from '../testing/life/life.ts';
import type { StateDefinition } from '../workflow/definition.ts';

const TASKS = { charge: { undo: 'refund' }, refund: {}, pack: {} };
const STATES: States = {
  A: {
    run: [{ task: 'charge', timeout: { total: '1h' } }, { task: 'pack' }],
    done: 'END',
    on: { cancel: 'BAD' },
  },
  END: { final: true, review: {} },
  BAD: { final: true, compensate: true, review: { redrive: 'A' } },
};

function life(): Life {
  return new Life(STATES, { tasks: TASKS });
}

describe('a token', () => {
  it('that was superseded is refused, also while the task runs', () => {
    const order = life();
    order.claim('1:0', 10);
    order.now += 11;
    order.claim('1:0');
    expect(order.end('1:0', { kind: 'done', data: {} }, 1)).toBe('lease-lost');
    expect(order.task('1:0').uncertain).toBe(true);
    expect(order.end('1:0', { kind: 'done', data: {} }, 2)).toBe('A 2');
  });

  it('of a task that nobody holds, or that is dead, is refused', () => {
    const order = life();
    expect(order.end('1:0', { kind: 'done', data: {} }, 0)).toBe('lease-lost');
    order.claim('1:0');
    order.postpone('1:0');
    expect(order.end('1:0', { kind: 'done', data: {} }, 1)).toBe('lease-lost');
    order.fail('1:0');
    expect(order.end('1:0', { kind: 'done', data: {} }, 2)).toBe('lease-lost');
  });

  it('is still good after its lease, as long as nobody else has claimed the task', () => {
    const order = life();
    order.claim('1:0');
    order.now += CLAIM_MS * 10;
    expect(order.end('1:0', { kind: 'done', data: {} }, 1)).toBe('A 2');
  });

  it.each(['1:7', '9:0', '1:0:undo', '1:0~mail', ''])('of a task %j that is not there is refused', (name) => {
    expect(life().end(name, { kind: 'done', data: {} }, 1)).toBe('task-not-found');
    expect(life().lapse(name)).toBe('task-not-found');
    expect(life().retry(name)).toBe('task-not-found');
    expect(life().resolve(name, 'done')).toBe('task-not-found');
  });

  it('of another order’s task is refused', () => {
    const taskId = 'ord_01kjm2x9v0e5stpqn4c6b7d8fh:1:0';
    expect(life().send({ kind: 'end-task', taskId, token: 1, outcome: { kind: 'done', data: {} } })).toBe(
      'task-not-found',
    );
  });

  it('of a claim that found all attempts used up does not count the one that was never made', () => {
    const order = life();
    const { id: taskId, token } = order.claim('1:0');
    const outcome = {
      kind: 'exhausted',
      reason: 'its last attempt has not ended',
      uncertain: false,
    } as const;
    order.send({ kind: 'end-task', taskId, token, outcome, begun: false });
    expect(order.task('1:0')).toMatchObject({ attempts: 0, dead: true });
    expect(order.events[1]?.payload?.work).toMatchObject({ attempts: 0, outcome: 'dead' });
  });

  it('of an outside worker leaves its name in the trail, that of a node the system’s', () => {
    const order = life();
    const { id: taskId, token } = order.claim('1:0');
    order.send({ kind: 'end-task', taskId, token, outcome: { kind: 'done', data: {} } });
    order.done('1:1');
    expect(order.events.map(({ head }) => head.actor)).toEqual([7, 7, 0]);
  });
});

describe('a dead task', () => {
  function dead(): Life {
    const order = life();
    order.claim('1:0');
    order.postpone('1:0', { uncertain: true });
    order.now += 5_000;
    order.fail('1:0', 'declined');
    return order;
  }

  it('is tried again with all its attempts and its time before it, under the same effect key', () => {
    const order = dead();
    const { token } = order.task('1:0');
    expect(order.retry('1:0')).toBe('A 3');
    expect(order.trail(2)).toEqual(['retried charge dead in A']);
    expect(order.events[2]).toMatchObject({
      head: { actor: 7 },
      payload: { work: { id: `${ORDER_ID}:1:0`, attempts: 2, token } },
    });
    expect(order.task('1:0')).toMatchObject({
      attempts: 0,
      token,
      dead: false,
      dueAt: order.now,
      deadline: order.now + 3_600_000,
      uncertain: true,
    });
    expect(order.order.blocked).toBe(false);
    expect(order.done('1:0')).toBe('A 4');
  });

  it('is tried again alone: others wait for an operator as they did', () => {
    const order = new Life(
      { A: { run: { all: [{ task: 'pack' }, { task: 'charge' }] }, done: 'END' }, END: { final: true } },
      { tasks: TASKS },
    );
    order.fail('1:0');
    order.fail('1:1');
    order.retry('1:1');
    expect(order.tasks()).toEqual(['pack 1:0 dead', 'charge 1:1 ready']);
    expect(order.order.blocked).toBe(true);
  });

  it('is the only one that can be tried again', () => {
    const order = life();
    expect(order.retry('1:0')).toBe('task-not-dead');
    expect(order.decision).toMatchObject({ rejection: { status: 'ready' } });
    order.claim('1:0');
    order.retry('1:0');
    expect(order.decision).toMatchObject({ rejection: { status: 'running' } });
    order.postpone('1:0', { ms: 9 });
    order.retry('1:0');
    expect(order.decision).toMatchObject({ rejection: { status: 'waiting' } });
  });

  it('does not lapse', () => {
    const order = dead();
    order.now += 3_600_000;
    expect(order.lapse('1:0')).toBe('task-not-found');
  });

  it('that is resolved as done lets the work go on, and is undone later as any other', () => {
    const order = dead();
    expect(order.resolve('1:0', 'done', { reference: 'seen' })).toBe('A 3');
    expect(order.trail(2)).toEqual(['resolved charge done in A']);
    expect(order.events[2]).toMatchObject({
      head: { actor: 7 },
      payload: { reason: 'by hand', work: { token: 0, result: { reference: 'seen' } } },
    });
    expect(order.tasks()).toEqual(['pack 1:1 ready']);
    order.event('cancel');
    expect(order.task('1:0:undo').input).toEqual({ reference: 'seen' });
  });

  it('that is resolved as failed leads to `failed`, and is not undone: somebody has looked', () => {
    const order = new Life(
      {
        A: { run: { task: 'pack' }, done: 'END', failed: 'BAD' },
        END: { final: true },
        BAD: { final: true },
      },
      { tasks: { pack: {} } },
    );
    order.exhaust('1:0', true);
    expect(order.resolve('1:0', 'failed')).toBe('BAD 3');
    expect(order.trail(2)).toEqual(['resolved pack failed to BAD']);
    expect(order.order).toMatchObject({ settled: true, blocked: false });
  });

  it('of a final state that is resolved as failed settles the order', () => {
    const order = new Life(
      { A: { on: { go: 'END' } }, END: { final: true, run: { task: 'pack' } } },
      { tasks: { pack: {} } },
    );
    order.event('go');
    order.fail('2:0');
    expect(order.resolve('2:0', 'failed')).toBe('END 4');
    expect(order.order).toMatchObject({ settled: true, blocked: false });
  });

  it('of an event that is resolved as failed frees the event, which can be sent again', () => {
    const order = new Life(
      { A: { on: { pay: { run: { task: 'pack' }, done: 'END' } } }, END: { final: true } },
      { tasks: { pack: {} } },
    );
    order.event('pay');
    order.fail('2:0');
    expect(order.resolve('2:0', 'failed')).toBe('A 4');
    expect(order.event('pay')).toBe('A 5 accepted');
    expect(order.tasks()).toEqual(['pack 5:0 ready']);
  });

  // The rule: without `failed` a failed task is dead and blocks its order, since nobody has said where to go. Resolved as failed
  // it leaves an order for which nothing is under way, that nothing will ever move and that no list shows as blocked.
  it('of a state without `failed` and without any other way out stays dead when it is resolved as failed', () => {
    const order = new Life(
      { A: { run: { task: 'pack' }, done: 'END' }, END: { final: true } },
      { tasks: { pack: {} } },
    );
    order.fail('1:0');
    order.resolve('1:0', 'failed');
    expect(order.order.blocked).toBe(true);
  });

  it('can be resolved as failed where an event or a timer leads on, but not where a guard may keep the timer from it', () => {
    const resolved = (more: StateDefinition) => {
      const order = new Life(
        { A: { run: { task: 'pack' }, done: 'END', ...more }, END: { final: true } },
        { tasks: { pack: {} } },
      );
      order.fail('1:0');
      return order.resolve('1:0', 'failed');
    };
    expect(resolved({})).toBe('resolution-leads-nowhere');
    expect(resolved({ on: { stop: 'END' } })).toBe('A 3');
    expect(resolved({ after: { '1h': 'END' } })).toBe('A 3');
    expect(resolved({ after: { '1h': { to: 'END', when: 'order.items.size() > 3' } } })).toBe(
      'resolution-leads-nowhere',
    );
  });
});

describe('a task without which an order can go nowhere', () => {
  const only = (more: States = {}): Life =>
    new Life(
      { A: { run: { task: 'pack' }, done: 'END' }, END: { final: true }, ...more },
      { tasks: { pack: {} } },
    );

  it('can be called done', () => {
    const order = only();
    order.fail('1:0');
    expect(order.resolve('1:0', 'done')).toBe('END 3');
  });

  it('is named, with the state, where it is called failed', () => {
    const order = only();
    order.fail('1:0');
    order.resolve('1:0', 'failed');
    expect(order.decision).toEqual({
      ok: false,
      rejection: { code: 'resolution-leads-nowhere', taskId: `${ORDER_ID}:1:0`, status: 'A' },
    });
  });

  const LEAVING: States = {
    A: { run: { task: 'charge' }, done: 'B', on: { skip: 'B' } },
    B: { compensate: true, run: { task: 'pack' }, done: 'END' },
    END: { final: true },
  };

  it('is none that was begun before its state was left', () => {
    const order = new Life(LEAVING, { tasks: TASKS });
    order.claim('1:0');
    order.event('skip');
    order.now += CLAIM_MS;
    expect(order.tasks()).toEqual(['charge 1:0 orphan', 'pack 2:0 ready']);
    expect(order.resolve('1:0', 'failed')).toBe('B 3');
    expect(order.tasks()).toEqual(['pack 2:0 ready']);
  });

  it('is no undo', () => {
    const order = new Life(LEAVING, { tasks: TASKS });
    order.done('1:0');
    order.fail('1:0:undo');
    expect(order.resolve('1:0:undo', 'failed')).toBe('B 4');
    expect(order.tasks()).toEqual(['pack 2:0 ready']);
  });
});

describe('a task that is not dead', () => {
  it('can be resolved by hand before anybody begins it', () => {
    const order = life();
    expect(order.resolve('1:0', 'done')).toBe('A 2');
    expect(order.tasks()).toEqual(['pack 1:1 ready']);
  });

  it('cannot while somebody works on it, but can when the lease is over', () => {
    const order = life();
    order.claim('1:0');
    expect(order.resolve('1:0', 'done')).toBe('task-running');
    expect(order.decision).toMatchObject({ rejection: { leaseUntil: order.now + CLAIM_MS } });
    order.now += CLAIM_MS;
    expect(order.resolve('1:0', 'done')).toBe('A 2');
    expect(order.end('1:0', { kind: 'done', data: {} }, 1)).toBe('task-not-found');
  });
});

describe('review', () => {
  function settled(): Life {
    const order = life();
    order.event('cancel');
    return order;
  }

  it('is asked for by a settled order, once', () => {
    const order = settled();
    expect(order.order.awaitsReview).toBe(true);
    expect(order.send({ kind: 'review', reason: 'seen' })).toBe('BAD 3');
    expect(order.trail(2)).toEqual(['reviewed in BAD']);
    expect(order.events[2]).toMatchObject({ head: { actor: 7 }, payload: { reason: 'seen' } });
    expect(order.order).toMatchObject({ awaitsReview: false, settled: true });
    expect(order.send({ kind: 'review', reason: 'again' })).toBe('review-not-due');
  });

  it('is not due before the order is settled, nor where the state asks for none', () => {
    expect(life().send({ kind: 'review', reason: 'x' })).toBe('review-not-due');
    const order = life();
    order.done('1:0');
    order.event('cancel');
    expect(order.order.awaitsReview).toBe(false);
    expect(order.send({ kind: 'review', reason: 'x' })).toBe('review-not-due');
    const plain = new Life({ A: { on: { go: 'END' } }, END: { final: true } });
    plain.event('go');
    expect(plain.send({ kind: 'review', reason: 'x' })).toBe('review-not-due');
  });

  it('is due again when the order has settled again', () => {
    const order = settled();
    order.send({ kind: 'review', reason: 'seen' });
    order.send({ kind: 'redrive', reason: 'again' });
    order.event('cancel');
    expect(order.order.awaitsReview).toBe(true);
  });
});

describe('review and redrive', () => {
  const settled = (): Life => {
    const order = life();
    order.event('cancel');
    return order;
  };

  it.each(['review', 'redrive'] as const)(
    'check the bare version first, and entity-tags last: %s',
    (kind) => {
      const command = { kind, reason: 'x' };
      const tags = (...list: string[]) => ({ kind: 'entity-tags', tags: list, any: false }) as const;
      const code = kind === 'review' ? 'review-not-due' : 'redrive-not-possible';
      expect(life().send(command, { precondition: { kind: 'version', version: 9 } })).toBe(
        'version-conflict',
      );
      expect(life().send(command, { precondition: { kind: 'version', version: 1 } })).toBe(code);
      expect(life().send(command, { precondition: tags('9') })).toBe(code);
      expect(settled().send(command, { precondition: tags('9') })).toBe('precondition-failed');
      expect(settled().send(command, { preconditionRequired: true })).toBe('precondition-required');
      expect(settled().send(command, { precondition: tags('2') })).toMatch(/ 3$/);
    },
  );
});

describe('a redrive', () => {
  it('starts a new run where the state says, whose tasks have effect keys of their own', () => {
    const order = life();
    order.done('1:0');
    order.event('cancel');
    order.done('1:0:undo');
    expect(order.send({ kind: 'redrive', reason: 'again' })).toBe('A 5');
    expect(order.trail(4)).toEqual(['redriven to A']);
    expect(order.events[4]).toMatchObject({ head: { actor: 7 }, payload: { reason: 'again' } });
    expect(order.tasks()).toEqual(['charge 5:0 ready']);
    order.done('5:0');
    order.event('cancel');
    expect(order.tasks(), 'only the new run is undone').toEqual(['refund 5:0:undo ready']);
  });

  it('needs no review before it, and is possible after one', () => {
    const order = life();
    order.event('cancel');
    order.send({ kind: 'review', reason: 'seen' });
    expect(order.send({ kind: 'redrive', reason: 'again' })).toBe('A 4');
  });

  it('is refused where the state declares none, or something is still under way', () => {
    const end = life();
    expect(end.send({ kind: 'redrive', reason: 'x' })).toBe('redrive-not-possible');
    end.done('1:0');
    expect(end.done('1:1')).toBe('END 3');
    expect(end.send({ kind: 'redrive', reason: 'x' })).toBe('redrive-not-possible');
    expect(end.decision).toMatchObject({ rejection: { detail: 'its state declares no redrive' } });
    const undoing = life();
    undoing.done('1:0');
    undoing.event('cancel');
    expect(undoing.send({ kind: 'redrive', reason: 'x' })).toBe('redrive-not-possible');
    expect(undoing.decision).toMatchObject({ rejection: { detail: 'something is still under way for it' } });
  });
});
