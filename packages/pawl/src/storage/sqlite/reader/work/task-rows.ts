import type { JsonObject } from '../../../../order/order.ts';
import { isOrderId, orderIdFromBytes, orderIdToBytes } from '../../../../order/order-id.ts';
import { parseTaskId, taskIdOf } from '../../../../order/task-id.ts';
import type { AttemptFailure, StepPlace, Task, TaskKind } from '../../../../order/work.ts';
import type { OpenTask, TaskKey } from '../../../../ports/store.ts';

/** The columns of a task's key, in its order. */
export const TASK_KEY_COLUMNS = 'tenant, order_id, version, position, suffix';
/** One task by its key. */
export const TASK_KEY = 'tenant = ? AND order_id = ? AND version = ? AND position = ? AND suffix = ?';
/** The columns of a task. */
export const TASK_COLUMNS = `${TASK_KEY_COLUMNS}, kind, name, run_version, place, input, orphan, dead, created_at, deadline,
  due_at, attempts, token, lease_until, parked, claimed_by, uncertain, failures`;

/** Values for TASK_KEY. */
export type TaskKeyValues = readonly [
  tenant: number,
  orderId: Uint8Array,
  version: number,
  position: number,
  suffix: string,
];

export interface TaskKeyRow {
  readonly tenant: number;
  readonly order_id: Uint8Array;
  readonly version: number;
  readonly position: number;
  readonly suffix: string;
}

export interface TaskRow extends TaskKeyRow {
  readonly kind: TaskKind;
  readonly name: string;
  readonly run_version: number;
  readonly place: string;
  readonly input: string | null;
  readonly orphan: number;
  readonly dead: number;
  readonly created_at: number;
  readonly deadline: number | null;
  readonly due_at: number;
  readonly attempts: number;
  readonly token: number;
  readonly lease_until: number | null;
  readonly parked: number;
  readonly claimed_by: string | null;
  readonly uncertain: number;
  readonly failures: string | null;
}

/** Where the task's row is; undefined for what can have none. */
export function taskKeyOf({ tenant, orderId, id }: TaskKey): TaskKeyValues | undefined {
  const parts = isOrderId(orderId) ? parseTaskId(id) : undefined;
  if (parts === undefined || parts.orderId !== orderId) return undefined;
  const { version, position, queue, undo } = parts;
  const suffix = `${queue === null ? '' : `~${queue}`}${undo ? ':undo' : ''}`;
  return [tenant, orderIdToBytes(orderId), version, position, suffix];
}

export function taskKeyIn({ tenant, order_id, version, position, suffix }: TaskKeyRow): TaskKey {
  const orderId = orderIdFromBytes(order_id);
  return {
    tenant,
    orderId,
    id: taskIdOf({ orderId, version, position, queue: null, undo: false }) + suffix,
  };
}

export function taskOf(row: TaskRow, id = taskKeyIn(row).id): Task {
  return {
    id,
    kind: row.kind,
    name: row.name,
    place: JSON.parse(row.place) as StepPlace,
    version: row.run_version,
    orphan: row.orphan === 1,
    dead: row.dead === 1,
    input: row.input === null ? {} : (JSON.parse(row.input) as JsonObject),
    createdAt: row.created_at,
    deadline: row.deadline,
    dueAt: row.due_at,
    attempts: row.attempts,
    token: row.token,
    leaseUntil: row.lease_until,
    parked: row.parked === 1,
    claimedBy: row.claimed_by,
    uncertain: row.uncertain === 1,
    failures: row.failures === null ? [] : (JSON.parse(row.failures) as readonly AttemptFailure[]),
  };
}

export function openTaskOf(row: TaskRow): OpenTask {
  const { tenant, orderId, id } = taskKeyIn(row);
  return { ...taskOf(row, id), tenant, orderId };
}
