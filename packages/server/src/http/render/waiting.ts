import type { Waiting, WaitReason } from 'pawl';
import { timeOf, timeOrNull } from './time.ts';

/** Why an order is where it is. */
export function viewWaiting({ order, waitsFor }: Waiting): object {
  return { settled: order.settled, blocked: order.blocked, waits_for: waitsFor.map(viewReason) };
}

function viewReason(reason: WaitReason): object {
  switch (reason.kind) {
    case 'task':
      return {
        kind: reason.kind,
        task_id: reason.taskId,
        task: reason.task,
        status: reason.status,
        is_undo: reason.isUndo,
        attempts: reason.attempts,
        attempts_max: reason.attemptsMax,
        next_attempt_at: timeOrNull(reason.nextAttemptAt),
        lease_until: timeOrNull(reason.leaseUntil),
        last_error: reason.lastError,
      };
    case 'timer':
      return {
        kind: reason.kind,
        after: reason.after,
        due_at: timeOf(reason.dueAt),
        to: reason.to,
        guard: reason.guard,
      };
    case 'event':
      return { kind: reason.kind, event: reason.event, to: reason.to, roles: reason.roles };
    case 'review':
      return { kind: reason.kind, redrive: reason.redrive };
  }
}
