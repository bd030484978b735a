import type { Task, Timer } from '../../../order/work.ts';
import type { OrderKey } from '../../../ports/store.ts';
import type { TaskRow, WorkTables } from '../tables.ts';
import { Agenda } from './agenda.ts';

/** Adds the row or takes the place of the one with its id. */
export function putTask(work: WorkTables, row: TaskRow): void {
  const { task, orderId } = row;
  // A replacement may bear another name, and would then be in two agendas.
  dropTask(work, task.id);
  work.tasks.set(task.id, row);
  entry(work.tasksOf, orderId, () => new Map<string, Task>()).set(task.id, task);
  entry(work.claims, task.name, () => new Agenda<TaskRow>()).set(task.id, claimableAt(task), row);
  work.lapses.set(task.id, lapsesAt(task), row);
}

export function dropTask(work: WorkTables, id: string): void {
  const row = work.tasks.get(id);
  if (row === undefined) return;
  work.tasks.delete(id);
  work.claims.get(row.task.name)?.delete(id);
  work.lapses.delete(id);
  dropFrom(work.tasksOf, row.orderId, id);
}

export function putTimer(work: WorkTables, { tenant, orderId }: OrderKey, timer: Timer): void {
  const key = timerKey(timer);
  entry(work.timersOf, orderId, () => new Map<string, Timer>()).set(key, timer);
  work.timers.set(`${orderId}:${key}`, timer.dueAt, { tenant, orderId, timer });
}

export function dropTimer(work: WorkTables, { orderId }: OrderKey, key: string): void {
  dropFrom(work.timersOf, orderId, key);
  work.timers.delete(`${orderId}:${key}`);
}

export function timerKey({ enteredVersion, index }: Timer): string {
  return `${enteredVersion}:${index}`;
}

/** When the task can be given out, unless its deadline has come by then; null if never. */
function claimableAt({ dead, orphan, leaseUntil, dueAt, deadline }: Task): number | null {
  const at = leaseUntil ?? dueAt;
  return dead || orphan || (deadline !== null && deadline <= at) ? null : at;
}

/** When its end has to be found without a holder; null if never. */
function lapsesAt({ dead, orphan, leaseUntil, deadline }: Task): number | null {
  const released = leaseUntil ?? Number.NEGATIVE_INFINITY;
  if (dead) return null;
  if (orphan) return released;
  return deadline === null ? null : Math.max(deadline, released);
}

function entry<T>(map: Map<string, T>, key: string, create: () => T): T {
  const known = map.get(key) ?? create();
  map.set(key, known);
  return known;
}

/** An order with nothing left costs nothing. */
function dropFrom<T>(map: Map<string, Map<string, T>>, orderId: string, key: string): void {
  const rows = map.get(orderId);
  rows?.delete(key);
  if (rows?.size === 0) map.delete(orderId);
}
