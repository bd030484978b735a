import type { Task, Timer } from '../../../order/work.ts';
import {
  leaseExpected,
  type OrderKey,
  type TaskChange,
  type TimerChange,
  type Unit,
} from '../../../ports/store.ts';
import type { WorkTables } from '../tables.ts';
import { dropTask, dropTimer, putTask, putTimer, timerKey } from './rows.ts';

/** What a unit's rows become, by their keys; null where the row goes. */
export interface StagedWork {
  readonly tasks: Map<string, Task | null>;
  readonly timers: Map<string, Timer | null>;
}

/** Judges a unit's changes in turn without writing them; undefined if some row is not as it expects. */
export function stageWork(work: WorkTables, unit: Unit): StagedWork | undefined {
  const staged: StagedWork = { tasks: new Map(), timers: new Map() };
  const fits =
    unit.tasks.every((change) => stageTask(work, unit, staged, change)) &&
    unit.timers.every((change) => stageTimer(work, unit, staged, change));
  return fits ? staged : undefined;
}

export function applyWork(work: WorkTables, { tenant, orderId }: Unit, { tasks, timers }: StagedWork): void {
  for (const [id, task] of tasks) {
    if (task === null) dropTask(work, id);
    else putTask(work, { tenant, orderId, task });
  }
  for (const [key, timer] of timers) {
    if (timer === null) dropTimer(work, { tenant, orderId }, key);
    else putTimer(work, { tenant, orderId }, timer);
  }
}

function stageTask(work: WorkTables, owner: OrderKey, { tasks }: StagedWork, change: TaskChange): boolean {
  const { kind, task } = change;
  const row = tasks.has(task.id) ? tasks.get(task.id) : work.tasksOf.get(owner.orderId)?.get(task.id);
  if (kind === 'add') {
    tasks.set(task.id, task);
    return row === null || (row === undefined && !work.tasks.has(task.id));
  }
  if (row === undefined || row === null || !isExpected(row, change)) return false;
  if (kind === 'remove') tasks.set(task.id, null);
  else tasks.set(task.id, kind === 'orphan' ? { ...row, orphan: true } : task);
  return true;
}

function isExpected({ token, leaseUntil }: Task, change: TaskChange): boolean {
  const lease = leaseExpected(change);
  return token === change.task.token && (lease === undefined || lease === leaseUntil);
}

function stageTimer(work: WorkTables, owner: OrderKey, { timers }: StagedWork, change: TimerChange): boolean {
  const { kind, timer } = change;
  const key = timerKey(timer);
  const row = timers.has(key) ? timers.get(key) : work.timersOf.get(owner.orderId)?.get(key);
  const exists = row !== undefined && row !== null;
  timers.set(key, kind === 'add' ? timer : null);
  return exists === (kind === 'remove');
}
