import { expect } from 'vitest';
import type { LiveOrder, Task } from '../../../order/work.ts';
import type { ClaimQuery, OpenTask, TaskKey, TaskUpdate } from '../../../ports/store.ts';
import { creation } from '../samples.ts';
import { committed, type StoreUnderTest } from '../subject.ts';
import { FAR_AHEAD, LONG_AGO, type TaskOptions, taskOf, withTasks } from './samples.ts';

export const QUERY: ClaimQuery = {
  tenant: null,
  names: ['label.print'],
  limit: 10,
  leaseMs: 10_000,
  claimedBy: 'w-1',
  key: null,
};

/** What a worker does with the store under test, and what the tests look at. */
export interface Worker {
  /** A new order with one task. */
  order(options?: TaskOptions, tenant?: number): Promise<LiveOrder>;
  claim(query?: Partial<ClaimQuery>): Promise<readonly OpenTask[]>;
  claimOne(query?: Partial<ClaimQuery>): Promise<OpenTask>;
  row(key: TaskKey): Promise<Task | undefined>;
}

export function workerOn(subject: StoreUnderTest): Worker {
  async function order(options: TaskOptions = {}, tenant = 1): Promise<LiveOrder> {
    const unit = creation({ tenant });
    return committed(subject.store, withTasks(unit, taskOf(unit.order, options)));
  }

  async function claim(query: Partial<ClaimQuery> = {}): Promise<readonly OpenTask[]> {
    const verdict = await subject.store.claim({ ...QUERY, ...query });
    if (verdict.kind !== 'claimed') throw new Error('the key is taken');
    return verdict.tasks;
  }

  async function claimOne(query: Partial<ClaimQuery> = {}): Promise<OpenTask> {
    const tasks = await claim(query);
    expect(tasks).toHaveLength(1);
    return tasks[0] as OpenTask;
  }

  async function row({ tenant, orderId, id }: TaskKey): Promise<Task | undefined> {
    const [found] = await subject.store.load([{ tenant, orderId }]);
    return found?.work.tasks.find((task) => task.id === id);
  }

  return { order, claim, claimOne, row };
}

export function held({ tenant, orderId, id, token }: OpenTask): TaskKey & { readonly token: number } {
  return { tenant, orderId, id, token };
}

/** One update of each kind. */
export function updatesOf(task: OpenTask): TaskUpdate[] {
  const failure = { attempt: task.attempts, at: LONG_AGO, error: 'e' };
  return [
    { ...held(task), kind: 'extend', leaseUntil: FAR_AHEAD },
    { ...held(task), kind: 'park', leaseUntil: FAR_AHEAD },
    { ...held(task), kind: 'retry', dueAt: LONG_AGO, failure, uncertain: true },
    { ...held(task), kind: 'return' },
  ];
}

/** The row alone. */
export function plain({ tenant: _tenant, orderId: _orderId, ...task }: OpenTask): Task {
  return task;
}
