import { parseTaskId } from '../../../order/task-id.ts';
import {
  type AttemptFailure,
  FAILURE_CHARACTERS_MAX,
  FAILURES_MAX,
  type Task,
  taskStatus,
} from '../../../order/work.ts';
import type {
  ClaimQuery,
  ClaimVerdict,
  OpenTask,
  PeekQuery,
  TaskQuery,
  TaskUpdate,
  WorkDue,
} from '../../../ports/store.ts';
import { takenKey } from '../keys.ts';
import type { Tables, TaskRow } from '../tables.ts';
import { putTask } from './rows.ts';

export function peekWork({ work }: Tables, { names, limit }: PeekQuery, now: number): WorkDue {
  const claims = names.flatMap((name) => work.claims.get(name) ?? []);
  const next = [...claims, work.timers, work.lapses].map((agenda) => agenda.nextAfter(now));
  return {
    ready: claims.some((agenda) => agenda.due(now, 1, (row) => inTime(row, now)).length > 0),
    timers: work.timers.due(now, limit).map(({ timer, tenant, orderId }) => ({
      ...timer,
      tenant,
      orderId,
    })),
    lapsed: work.lapses.due(now, limit).map(({ task, tenant, orderId }) => ({
      tenant,
      orderId,
      id: task.id,
    })),
    nextAt: next.reduce((first, at) => (first === null || (at !== null && at < first) ? at : first), null),
  };
}

export function claimTasks(tables: Tables, query: ClaimQuery, now: number): ClaimVerdict {
  const { key } = query;
  const taken = key === null ? undefined : takenKey(tables, key.hash, now);
  if (taken !== undefined) return { kind: 'key-taken', taken };
  const rows = readyRows(tables, query, now).map((row) => ({ ...row, task: claimed(row.task, query, now) }));
  for (const row of rows) putTask(tables.work, row);
  const tasks = rows.map(openTask);
  if (key !== null && tasks.length > 0) tables.keys.set(key.hash, { ...key, answer: JSON.stringify(tasks) });
  return { kind: 'claimed', tasks };
}

/** Held: an expired lease that nobody has taken over still counts, since its holder may tell what it did. */
export function updateTask({ work }: Tables, update: TaskUpdate): boolean {
  const row = work.tasks.get(update.id);
  if (row === undefined || row.tenant !== update.tenant || row.orderId !== update.orderId) return false;
  const { task } = row;
  if (task.token !== update.token || task.dead || task.leaseUntil === null) return false;
  putTask(work, { ...row, task: updated(task, update) });
  return true;
}

export function listTasks({ work }: Tables, query: TaskQuery, now: number): OpenTask[] {
  const { tenant, orderId, name, status, after, limit } = query;
  return (orderId === undefined ? [...work.tasks.values()] : rowsOf(work.tasks, work.tasksOf.get(orderId)))
    .filter(
      (row) =>
        row.tenant === tenant &&
        (name === undefined || row.task.name === name) &&
        (status === undefined || taskStatus(row.task, now) === status),
    )
    .map((row) => ({ row, place: placeOf(row.orderId, row.task.id) }))
    .filter(({ place }) => after === null || comparePlaces(place, placeOf(after.orderId, after.id)) > 0)
    .sort((one, other) => comparePlaces(one.place, other.place))
    .slice(0, limit)
    .map(({ row }) => openTask(row));
}

/** By version, position and id. */
export function compareTasks(one: Task, other: Task): number {
  return (
    one.version - other.version || one.place.position - other.place.position || compareText(one.id, other.id)
  );
}

/** The oldest of each name first, then the oldest of all: what is left out of one name can be in no answer. */
function readyRows({ work }: Tables, { tenant, names, limit }: ClaimQuery, now: number): TaskRow[] {
  const dueAt = ({ task }: TaskRow): number => task.leaseUntil ?? task.dueAt;
  const fits = (row: TaskRow): boolean => (tenant === null || row.tenant === tenant) && inTime(row, now);
  return [...new Set(names)]
    .flatMap((name) => work.claims.get(name)?.due(now, limit, fits) ?? [])
    .sort((one, other) => dueAt(one) - dueAt(other))
    .slice(0, limit);
}

/** After its deadline no attempt begins: it lapses instead. */
function inTime({ task }: TaskRow, now: number): boolean {
  return task.deadline === null || task.deadline > now;
}

function claimed(task: Task, { leaseMs, claimedBy }: ClaimQuery, now: number): Task {
  return {
    ...task,
    token: task.token + 1,
    attempts: task.attempts + 1,
    leaseUntil: now + leaseMs,
    parked: false,
    claimedBy,
    uncertain: task.uncertain || task.leaseUntil !== null,
  };
}

function updated(task: Task, update: TaskUpdate): Task {
  switch (update.kind) {
    case 'extend':
      return { ...task, leaseUntil: Math.max(task.leaseUntil ?? 0, update.leaseUntil) };
    case 'park':
      return { ...task, leaseUntil: update.leaseUntil, parked: true };
    case 'retry':
      return {
        ...task,
        leaseUntil: null,
        parked: false,
        dueAt: update.dueAt,
        uncertain: task.uncertain || update.uncertain,
        failures: [...task.failures, shortened(update.failure)].slice(-FAILURES_MAX),
      };
    case 'return':
      return { ...task, leaseUntil: null, parked: false, attempts: task.attempts - 1 };
  }
}

function shortened({ attempt, at, error }: AttemptFailure): AttemptFailure {
  const kept = error.slice(0, FAILURE_CHARACTERS_MAX);
  // Half a character is no text, and no other store could keep it.
  return { attempt, at, error: kept.isWellFormed() || !error.isWellFormed() ? kept : kept.slice(0, -1) };
}

function openTask({ tenant, orderId, task }: TaskRow): OpenTask {
  return { ...task, tenant, orderId };
}

function rowsOf(rows: ReadonlyMap<string, TaskRow>, tasks: ReadonlyMap<string, Task> | undefined): TaskRow[] {
  return [...(tasks?.keys() ?? [])].map((id) => rows.get(id) as TaskRow);
}

type Place = readonly [orderId: string, version: number, position: number, id: string];

/** Read from the id, since the last task of a page may have ended before the next page is asked for. */
function placeOf(orderId: string, id: string): Place {
  const { version = 0, position = 0 } = parseTaskId(id) ?? {};
  return [orderId, version, position, id];
}

function comparePlaces(one: Place, other: Place): number {
  return (
    compareText(one[0], other[0]) || one[1] - other[1] || one[2] - other[2] || compareText(one[3], other[3])
  );
}

/** Ids are ASCII: code units are code points. */
function compareText(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
