import type { JsonObject } from '../../../order/order.ts';
import { isOrderId } from '../../../order/order-id.ts';
import { parseTaskId, taskIdOf } from '../../../order/task-id.ts';
import type { AttemptFailure, StepPlace, Task, TaskKind } from '../../../order/work.ts';
import type { OpenTask, TaskKey } from '../../../ports/store.ts';
import { orderOfUuid } from '../connection/order-uuid.ts';

/** The columns of a task's key, in its order. */
export const TASK_KEY_COLUMNS = 'tenant, order_id, version, position, suffix';
/** What else a row holds. */
export const TASK_VALUE_COLUMNS = `kind, name, run_version, place, input, orphan, dead, created_at, deadline, due_at, attempts, token,
  lease_until, parked, claimed_by, uncertain, failures`;
export const TASK_COLUMNS = `${TASK_KEY_COLUMNS}, ${TASK_VALUE_COLUMNS}`;

/** Where a task's row is, within its order. */
export interface TaskPlace {
  readonly version: number;
  readonly position: number;
  readonly suffix: string;
}

export interface TaskKeyRow extends TaskPlace {
  readonly tenant: number;
  readonly order_id: string;
}

/** A row without its key, as JSON has it too. */
export interface TaskValues {
  readonly kind: TaskKind;
  readonly name: string;
  readonly run_version: number;
  readonly place: string;
  readonly input: string | null;
  readonly orphan: boolean;
  readonly dead: boolean;
  readonly created_at: number;
  readonly deadline: number | null;
  readonly due_at: number;
  readonly attempts: number;
  readonly token: number;
  readonly lease_until: number | null;
  readonly parked: boolean;
  readonly claimed_by: string | null;
  readonly uncertain: boolean;
  readonly failures: string | null;
}

export interface TaskRow extends TaskKeyRow, TaskValues {}

/** Undefined for what can have no row: an id of another order, or of none. */
export function taskPlaceOf({ orderId, id }: Pick<TaskKey, 'orderId' | 'id'>): TaskPlace | undefined {
  const parts = isOrderId(orderId) ? parseTaskId(id) : undefined;
  if (parts === undefined || parts.orderId !== orderId) return undefined;
  const { version, position, queue, undo } = parts;
  return { version, position, suffix: `${queue === null ? '' : `~${queue}`}${undo ? ':undo' : ''}` };
}

export function taskValuesOf(task: Task): TaskValues {
  return {
    kind: task.kind,
    name: task.name,
    run_version: task.version,
    place: JSON.stringify(task.place),
    input: Object.keys(task.input).length === 0 ? null : JSON.stringify(task.input),
    orphan: task.orphan,
    dead: task.dead,
    created_at: task.createdAt,
    deadline: task.deadline,
    due_at: task.dueAt,
    attempts: task.attempts,
    token: task.token,
    lease_until: task.leaseUntil,
    parked: task.parked,
    claimed_by: task.claimedBy,
    uncertain: task.uncertain,
    failures: task.failures.length === 0 ? null : JSON.stringify(task.failures),
  };
}

export function taskOf(orderId: string, row: TaskPlace & TaskValues): Task {
  return {
    id: taskIdIn(orderId, row),
    kind: row.kind,
    name: row.name,
    place: JSON.parse(row.place) as StepPlace,
    version: row.run_version,
    orphan: row.orphan,
    dead: row.dead,
    input: row.input === null ? {} : (JSON.parse(row.input) as JsonObject),
    createdAt: row.created_at,
    deadline: row.deadline,
    dueAt: row.due_at,
    attempts: row.attempts,
    token: row.token,
    leaseUntil: row.lease_until,
    parked: row.parked,
    claimedBy: row.claimed_by,
    uncertain: row.uncertain,
    failures: row.failures === null ? [] : (JSON.parse(row.failures) as readonly AttemptFailure[]),
  };
}

export function openTaskOf(row: TaskRow): OpenTask {
  const orderId = orderOfUuid(row.order_id);
  return { ...taskOf(orderId, row), tenant: row.tenant, orderId };
}

export function taskKeyIn(row: TaskKeyRow): TaskKey {
  const orderId = orderOfUuid(row.order_id);
  return { tenant: row.tenant, orderId, id: taskIdIn(orderId, row) };
}

function taskIdIn(orderId: string, { version, position, suffix }: TaskPlace): string {
  return taskIdOf({ orderId, version, position, queue: null, undo: false }) + suffix;
}
