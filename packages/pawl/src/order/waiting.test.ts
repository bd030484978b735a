import { expect, it } from 'vitest';
import { CLAIM_MS, Life, ORDER_ID, type States } from '../testing/life/life.ts';
import { waitsFor } from './waiting.ts';

const STATES: States = {
  A: {
    run: { task: 'charge', retry: { attempts: 3 } },
    done: 'END',
    failed: 'BAD',
    on: {
      cancel: 'BAD',
      approve: [
        { to: 'END', roles: ['boss'], when: 'order.items.size() > 3' },
        { run: { task: 'pack' }, done: 'B', failed: 'BAD', roles: ['boss', 'clerk'] },
      ],
    },
    after: { '1h': { to: 'BAD', when: 'order.items.size() > 3' }, '2h': 'BAD' },
  },
  B: { on: { finish: 'END', cancel: 'BAD' } },
  END: { final: true },
  BAD: { final: true, compensate: true, review: { redrive: 'A' } },
};

function life(): Life {
  return new Life(STATES, { tasks: { charge: { undo: 'refund' }, refund: {}, pack: {} } });
}

const told = (order: Life) => waitsFor(order.order, order.workflow.compiled, order.now);

it('names the task, the timer and the events that lead on', () => {
  const order = life();
  expect(told(order)).toEqual([
    {
      kind: 'task',
      taskId: `${ORDER_ID}:1:0`,
      task: 'charge',
      status: 'ready',
      isUndo: false,
      attempts: 0,
      attemptsMax: 3,
      nextAttemptAt: order.now,
      leaseUntil: null,
      lastError: null,
    },
    { kind: 'timer', after: '1h', dueAt: order.now + 3_600_000, to: 'BAD', guard: 'order.items.size() > 3' },
    { kind: 'timer', after: '2h', dueAt: order.now + 7_200_000, to: 'BAD', guard: null },
    { kind: 'event', event: 'cancel', to: ['BAD'], roles: [] },
    { kind: 'event', event: 'approve', to: ['END', 'B'], roles: ['boss', 'clerk'] },
  ]);
});

it('tells of each standing of a task', () => {
  const order = life();
  order.claim('1:0');
  expect(told(order)[0]).toMatchObject({
    status: 'running',
    nextAttemptAt: null,
    leaseUntil: order.now + CLAIM_MS,
  });
  order.postpone('1:0', { ms: 500 });
  expect(told(order)[0]).toMatchObject({
    status: 'waiting',
    nextAttemptAt: order.now + 500,
    leaseUntil: null,
  });
  order.now += 500;
  expect(told(order)[0]).toMatchObject({ status: 'ready', attempts: 1 });
});

it('tells no more of a timer that was skipped', () => {
  const order = life();
  order.now += 3_600_000;
  order.fire(0);
  expect(told(order).filter(({ kind }) => kind === 'timer')).toMatchObject([{ after: '2h' }]);
});

it('tells of a task of an event', () => {
  const order = life();
  order.event('approve', { actor: { tenant: 1, number: 1, name: 'c', kind: 'api_key', roles: ['clerk'] } });
  expect(told(order)[1]).toMatchObject({ kind: 'task', task: 'pack', attemptsMax: 5, status: 'ready' });
});

it('tells of a task that an outside service has taken over: nobody begins it again before the answer is due', () => {
  const order = life();
  const task = order.claim('1:0');
  const { work } = order.order;
  order.tamper({ work: { ...work, tasks: [{ ...task, parked: true }] } });
  expect(told(order)[0]).toMatchObject({
    status: 'waiting',
    nextAttemptAt: null,
    leaseUntil: order.now + CLAIM_MS,
  });
  order.now += CLAIM_MS;
  expect(told(order)[0]).toMatchObject({ status: 'ready', nextAttemptAt: task.dueAt });
});

it('tells what the last attempt has failed by', () => {
  const order = life();
  const task = order.claim('1:0');
  const failures = ['first', 'second'].map((error, at) => ({ attempt: at + 1, at, error }));
  order.tamper({ work: { ...order.order.work, tasks: [{ ...task, failures }] } });
  expect(told(order)[0]).toMatchObject({ lastError: 'second' });
  const dead = new Life(
    { A: { run: { task: 'pack' }, done: 'END' }, END: { final: true } },
    { tasks: { pack: {} } },
  );
  dead.fail('1:0', 'no box');
  expect(told(dead)).toMatchObject([{ status: 'dead', lastError: 'no box', attempts: 1 }]);
});

it('tells of an undo, with the attempts of the undo, and of a dead one', () => {
  const order = life();
  order.done('1:0');
  expect(told(order)).toEqual([]);
  const other = life();
  other.claim('1:0');
  other.event('cancel');
  other.done('1:0');
  expect(told(other)).toMatchObject([{ isUndo: true, task: 'refund', attemptsMax: 10, status: 'ready' }]);
  other.fail('1:0:undo');
  expect(told(other)).toMatchObject([{ status: 'dead', nextAttemptAt: null }]);
});

it('tells of the review of a settled order, and of nothing after it', () => {
  const order = life();
  order.fail('1:0');
  expect(told(order)).toEqual([{ kind: 'review', redrive: 'A' }]);
  order.send({ kind: 'review', reason: 'seen' });
  expect(told(order)).toEqual([]);
});
