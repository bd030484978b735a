import {
  type ClaimedTask,
  type OpenTask,
  parseTaskId,
  type RecordedEvent,
  type TaskEnd,
  type TaskKind,
  taskStatus,
} from 'pawl';
import { viewFailure } from './failure.ts';
import { viewOrder } from './order.ts';
import { timeOf, timeOrNull } from './time.ts';

const UNDO = ':undo';

/** A task that is under way. Its token is for who holds it alone. */
export function viewOpenTask(task: OpenTask, now: number): object {
  const status = taskStatus(task, now);
  const isIdle = status === 'ready' || (status === 'waiting' && !task.parked);
  return {
    ...namesOf(task.id, task.name, task.kind),
    status,
    attempts: task.attempts,
    failures: task.failures.map(viewFailure),
    created_at: timeOf(task.createdAt),
    next_attempt_at: isIdle ? timeOf(task.dueAt) : null,
    deadline: timeOrNull(task.deadline),
    lease_until: timeOrNull(task.leaseUntil),
    claimed_by: task.claimedBy,
    orphan: task.orphan,
    uncertain: task.uncertain,
    input: task.input,
    result: null,
    ended_at: null,
    ended_by: null,
    version: null,
  };
}

/** A task that has ended, as far as the trail tells. */
export function viewEndedTask({ head, payload, actor }: RecordedEvent, end: TaskEnd): object {
  return {
    ...namesOf(end.id, head.task ?? '', kindOf(end.id)),
    status: end.outcome,
    attempts: end.attempts,
    failures: (end.failures ?? []).map(viewFailure),
    created_at: null,
    next_attempt_at: null,
    deadline: null,
    lease_until: null,
    claimed_by: null,
    orphan: end.outcome === 'late',
    uncertain: false,
    input: null,
    result: end.result ?? null,
    ended_at: timeOf(head.at),
    ended_by: { id: actor.name, kind: actor.kind, reason: payload?.reason ?? null },
    version: head.version,
  };
}

/** A task as who has claimed it gets it, with all that carrying it out needs. */
export function viewClaimedTask({ task, order }: ClaimedTask): object {
  return {
    task_id: task.id,
    task: task.name,
    order_id: task.orderId,
    attempt: task.attempts,
    token: task.token,
    lease_until: timeOrNull(task.leaseUntil),
    input: task.input,
    effect_key: task.id,
    undoes: undoneBy(task.id),
    order: viewOrder(order),
  };
}

function namesOf(id: string, name: string, kind: TaskKind): object {
  const { orderId = '' } = parseTaskId(id) ?? {};
  return { task_id: id, task: name, order_id: orderId, kind, undoes: undoneBy(id) };
}

function kindOf(id: string): TaskKind {
  const parts = parseTaskId(id);
  if (parts?.undo === true) return 'undo';
  return parts?.queue == null ? 'step' : 'message';
}

/** The task that an undo takes back. */
function undoneBy(id: string): string | null {
  return id.endsWith(UNDO) ? id.slice(0, -UNDO.length) : null;
}
