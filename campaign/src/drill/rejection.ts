import type { Rejection } from 'pawl';
import type { Body } from './exchange.ts';

/**
 * What a problem says was refused, as the engine said it to the server: with those members that the checker judges it by. `named`
 * is what the call was about. Undefined for a problem that is no refusal of the engine's.
 */
export function rejectionOf(problem: Body, named: { readonly orderId: string; readonly taskId: string }) {
  const { code } = problem;
  const { orderId, taskId } = named;
  const currentVersion = Number(problem['current_version']);
  const status = String(problem['status_of_order']);
  const detail = String(problem['detail']);
  switch (code) {
    case 'illegal-transition':
      return is({
        code,
        from: String(problem['from']),
        event: textOrNull(problem['event']),
        to: textOrNull(problem['to']),
        allowedEvents: texts(problem['allowed_events']),
        legalFrom: [],
        declaredStatus: 422,
      });
    case 'version-conflict':
    case 'precondition-failed':
    case 'precondition-required':
      return is({ code, currentVersion });
    case 'order-not-editable':
      return is({ code, status, editableStates: texts(problem['editable_states']) });
    case 'review-not-due':
      return is({ code, status, settled: problem['settled'] === true });
    case 'redrive-not-possible':
      return is({ code, status, detail });
    case 'order-not-found':
      return is({ code, orderId });
    case 'task-not-found':
    case 'lease-lost':
      return is({ code, taskId });
    case 'task-not-dead':
      return is({ code, taskId, status: problem['task_status'] as 'ready' });
    case 'work-pending':
      return is({ code, event: String(problem['event']), taskId: String(problem['task_id']) });
    case 'ambiguous-transition':
      return is({
        code,
        from: String(problem['from']),
        to: String(problem['to']),
        events: texts(problem['events']),
      });
    case 'idempotency-key-reused':
      return is({ code });
    case 'overloaded':
      return is({ code, queued: 0, limit: 0 });
    case 'contention':
      return is({ code, attempts: 0 });
    default:
      return undefined;
  }
}

/** Types a rejection, and says where one lacks a member. */
function is(rejection: Rejection): Rejection {
  return rejection;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
