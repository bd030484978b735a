import { expect, it } from 'vitest';
import { NO_WORK, type Task, type Timer, type Work } from '../../order/work.ts';
import { Life } from '../../testing/life/life.ts';
import { workChanges } from './work-changes.ts';

const [one, other] = new Life(
  { A: { run: { all: [{ task: 'a' }, { task: 'b' }] }, done: 'END' }, END: { final: true } },
  { tasks: { a: {}, b: {} } },
).order.work.tasks as [Task, Task];
const timer: Timer = { enteredVersion: 1, index: 0, dueAt: 9 };

const work = (tasks: readonly Task[], timers: readonly Timer[] = []): Work => ({ ...NO_WORK, tasks, timers });
const told = (before: Work, after: Work) => {
  const { tasks, timers } = workChanges(before, after);
  return [
    ...tasks.map((change) => [
      change.kind,
      change.task,
      ...(change.kind === 'replace' ? [change.leaseBefore] : []),
    ]),
    ...timers.map((change) => [change.kind, change.timer]),
  ];
};

it('tells nothing of rows that stay', () => {
  expect(told(NO_WORK, NO_WORK)).toEqual([]);
  expect(told(work([one, other], [timer]), work([other, one], [timer]))).toEqual([]);
});

it('tells what was added and what has gone', () => {
  expect(told(work([one], [timer]), work([other]))).toEqual([
    ['add', other],
    ['remove', one],
    ['remove', timer],
  ]);
  expect(told(NO_WORK, work([one], [timer]))).toEqual([
    ['add', one],
    ['add', timer],
  ]);
});

it('removes a row as the order knew it, by the token that it must have', () => {
  const claimed = { ...one, token: 3 };
  expect(told(work([claimed]), NO_WORK)).toEqual([['remove', claimed]]);
});

it('tells an orphan from a row that is written anew', () => {
  const held = { ...one, token: 1, leaseUntil: 5 };
  const orphan = { ...held, orphan: true };
  const dead = { ...one, dead: true };
  expect(told(work([held]), work([orphan]))).toEqual([['orphan', orphan]]);
  expect(told(work([orphan]), work([orphan]))).toEqual([]);
  expect(told(work([one]), work([dead]))).toEqual([['replace', dead, null]]);
  const parked = { ...one, token: 1, leaseUntil: 5, parked: true };
  const failed = { ...parked, dead: true, leaseUntil: null };
  expect(told(work([parked]), work([failed])), 'with the lease that it had').toEqual([
    ['replace', failed, 5],
  ]);
  const left = { ...one, uncertain: true, orphan: true };
  expect(told(work([dead]), work([left])), 'tried again and left in one unit').toEqual([
    ['replace', left, null],
  ]);
});

it('tells a timer apart by its entry, too', () => {
  const again = { ...timer, enteredVersion: 4 };
  expect(told(work([], [timer]), work([], [again]))).toEqual([
    ['remove', timer],
    ['add', again],
  ]);
});
