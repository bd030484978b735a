import type { IllegalTransition, Rejection } from 'pawl';
import { RETRY_AFTER_S } from '../limits.ts';
import { timeOf } from '../render/time.ts';
import type { ProblemDetails } from './problem-error.ts';

/** Says in words what the engine refused. */
export function refusalOf(rejection: Rejection): ProblemDetails {
  const { code } = rejection;
  switch (code) {
    case 'order-not-found':
      return { code, detail: `There is no order ${rejection.orderId}.` };
    case 'event-unknown':
      return {
        code,
        detail: `The workflow ${rejection.workflow} has no event '${rejection.event}'.`,
        members: {
          event: rejection.event,
          workflow: rejection.workflow,
          known_events: rejection.knownEvents,
        },
      };
    case 'version-conflict':
      return {
        code,
        detail: 'If-Match does not match current resource version',
        members: { current_version: rejection.currentVersion },
      };
    case 'precondition-failed':
      return {
        code,
        detail: `None of the entity-tags in If-Match is "${rejection.currentVersion}".`,
        members: { current_version: rejection.currentVersion },
      };
    case 'precondition-required':
      return {
        code,
        detail: `Send If-Match with the version that the change is based on, for example If-Match: ${rejection.currentVersion}`,
        members: { current_version: rejection.currentVersion },
      };
    case 'illegal-transition':
      return illegalTransition(rejection);
    case 'ambiguous-transition':
      return {
        code,
        detail: `From ${rejection.from} to ${rejection.to} lead several events: ${rejection.events.join(', ')}.`,
        members: { from: rejection.from, to: rejection.to, events: rejection.events },
      };
    case 'order-not-editable':
      return {
        code,
        detail:
          `An order in status '${rejection.status}' cannot be edited. ${mustBe(rejection.editableStates)}`.trim(),
        members: { status_of_order: rejection.status, editable_states: rejection.editableStates },
      };
    case 'role-required':
      return {
        code,
        detail: `'${rejection.action}' needs one of the roles: ${rejection.roles.join(', ')}.`,
        members: { action: rejection.action, roles: rejection.roles },
      };
    case 'reason-required':
      return { code, detail: `'${rejection.event}' needs a reason.`, members: { event: rejection.event } };
    case 'guard-refused':
      return { code, detail: rejection.reason, members: { event: rejection.event } };
    case 'work-pending':
      return {
        code,
        detail: `The work that '${rejection.event}' has started is under way.`,
        members: { event: rejection.event, task_id: rejection.taskId },
      };
    case 'task-not-found':
      return { code, detail: `No task ${rejection.taskId} is under way.` };
    case 'lease-lost':
      return { code, detail: `The token is not the present one of ${rejection.taskId}.` };
    case 'task-not-dead':
      return {
        code,
        detail: `The task ${rejection.taskId} is ${rejection.status}.`,
        members: { task_id: rejection.taskId, task_status: rejection.status },
      };
    case 'resolution-leads-nowhere':
      return {
        code,
        detail: `Called failed, ${rejection.taskId} would leave the order in ${rejection.status} for ever.`,
        members: { task_id: rejection.taskId },
      };
    case 'task-running': {
      const leaseUntil = timeOf(rejection.leaseUntil);
      return {
        code,
        detail: `Somebody works on ${rejection.taskId} until ${leaseUntil}.`,
        members: { task_id: rejection.taskId, lease_until: leaseUntil },
      };
    }
    case 'task-not-claimable':
      return {
        code,
        detail: `The server carries out '${rejection.task}' itself.`,
        members: { task: rejection.task },
      };
    case 'timer-gone':
      return { code, detail: 'The timer was fired before, or its state was left.' };
    case 'review-not-due':
      return {
        code,
        detail: rejection.settled
          ? `An order in status '${rejection.status}' waits for no review.`
          : 'Something is still under way for the order.',
        members: { status_of_order: rejection.status, settled: rejection.settled },
      };
    case 'redrive-not-possible':
      return {
        code,
        detail: `The order cannot be redriven from ${rejection.status}: ${rejection.detail}.`,
        members: { status_of_order: rejection.status },
      };
    case 'stock-below-reserved':
      return {
        code,
        detail: `${rejection.reserved} pieces of ${rejection.sku} are reserved.`,
        members: { sku: rejection.sku, reserved: rejection.reserved },
      };
    case 'stock-out-of-range':
      return { code, detail: `Of ${rejection.sku} ${rejection.detail}.`, members: { sku: rejection.sku } };
    case 'workflow-unknown':
      return {
        code,
        detail: `There is no workflow '${rejection.workflow}'.`,
        members: { workflow: rejection.workflow },
      };
    case 'currency-unknown':
      return {
        code,
        detail: `'${rejection.currency}' is no ISO 4217 currency.`,
        members: { currency: rejection.currency },
      };
    case 'amount-invalid':
      return {
        code,
        detail: `Item ${rejection.item}: ${rejection.detail}.`,
        errors: [{ in: 'body', pointer: `#/items/${rejection.item}/price`, detail: rejection.detail }],
      };
    case 'metadata-too-large':
      return {
        code,
        detail: `The metadata ${rejection.detail}.`,
        errors: [{ in: 'body', pointer: '#/metadata', detail: rejection.detail }],
      };
    case 'occurred-at-invalid':
      return { code, detail: rejection.detail };
    case 'external-id-taken':
      return {
        code,
        detail: `The order ${rejection.orderId} has the external_id '${rejection.externalId}'.`,
        members: { external_id: rejection.externalId, order_id: rejection.orderId },
      };
    case 'idempotency-key-reused':
      return {
        code,
        detail: 'The Idempotency-Key belongs to an earlier call with another method, path or body.',
      };
    case 'payload-erased':
      return {
        code,
        detail: `The contents of ${rejection.orderId} at version ${rejection.version} were erased.`,
      };
    case 'history-detached':
      return {
        code,
        detail: `What ${rejection.orderId} was ${rejection.version === null ? 'then' : `at version ${rejection.version}`} was detached and is archived in ${rejection.archives.join(', ')}.`,
        members: { order_id: rejection.orderId, archives: rejection.archives },
      };
    case 'overloaded':
      return {
        code,
        detail: `${rejection.queued} commands are waiting, ${rejection.limit} is the limit.`,
        headers: RETRY_SOON,
      };
    case 'contention':
      return {
        code,
        detail: `Others changed the order at each of ${rejection.attempts} attempts.`,
        headers: RETRY_SOON,
      };
  }
}

const RETRY_SOON = { 'retry-after': String(RETRY_AFTER_S) };

function illegalTransition(rejection: IllegalTransition): ProblemDetails {
  return {
    code: 'illegal-transition',
    status: rejection.declaredStatus,
    detail: sayIllegal(rejection),
    members: {
      from: rejection.from,
      ...(rejection.event === null ? {} : { event: rejection.event }),
      ...(rejection.to === null ? {} : { to: rejection.to }),
      allowed_events: rejection.allowedEvents,
    },
  };
}

/** The wording is part of the contract; a workflow that declares 400 has the wording of the API that it stands in for. */
function sayIllegal({ declaredStatus, event, from, to, legalFrom }: IllegalTransition): string {
  if (event === null) return `Cannot transition from ${from} to ${to}`;
  if (declaredStatus !== 400) return `Cannot ${event} from ${from}`;
  return `Cannot ${event} order in status '${from}'. ${mustBe(legalFrom)}`.trim();
}

function mustBe(states: readonly string[]): string {
  if (states.length === 0) return '';
  return `Must be ${states.map((state) => `'${state}'`).join(' or ')}`;
}
