import type { IllegalTransitionStatus } from '../workflow/definition.ts';
import type { TaskStatus } from './work.ts';

/** Why a command was refused: a value, not an exception. `code` is stable; the rest is what an answer needs to explain it. */
export type Rejection =
  | { readonly code: 'order-not-found'; readonly orderId: string }
  | {
      readonly code: 'event-unknown';
      readonly event: string;
      readonly workflow: string;
      readonly knownEvents: readonly string[];
    }
  | { readonly code: 'version-conflict'; readonly currentVersion: number }
  | { readonly code: 'precondition-failed'; readonly currentVersion: number }
  | { readonly code: 'precondition-required'; readonly currentVersion: number }
  | IllegalTransition
  | {
      readonly code: 'ambiguous-transition';
      readonly from: string;
      readonly to: string;
      readonly events: readonly string[];
    }
  | {
      readonly code: 'order-not-editable';
      readonly status: string;
      readonly editableStates: readonly string[];
    }
  | { readonly code: 'role-required'; readonly action: string; readonly roles: readonly string[] }
  | { readonly code: 'reason-required'; readonly event: string }
  | { readonly code: 'guard-refused'; readonly event: string; readonly reason: string }
  /** Work on an event is under way: edits and other working events wait for its end. */
  | { readonly code: 'work-pending'; readonly event: string; readonly taskId: string }
  | { readonly code: 'task-not-found'; readonly taskId: string }
  /** Somebody else holds the task by now, or it has ended. */
  | { readonly code: 'lease-lost'; readonly taskId: string }
  /** The operation does not fit the task's state. */
  | { readonly code: 'task-not-dead'; readonly taskId: string; readonly status: TaskStatus }
  /** Called failed, the task would leave an order that nothing moves any more. */
  | { readonly code: 'resolution-leads-nowhere'; readonly taskId: string; readonly status: string }
  | { readonly code: 'task-running'; readonly taskId: string; readonly leaseUntil: number }
  /** The nodes carry it out themselves. */
  | { readonly code: 'task-not-claimable'; readonly task: string }
  | { readonly code: 'timer-gone' }
  | { readonly code: 'review-not-due'; readonly status: string; readonly settled: boolean }
  | { readonly code: 'redrive-not-possible'; readonly status: string; readonly detail: string }
  | { readonly code: 'stock-below-reserved'; readonly sku: string; readonly reserved: number }
  | { readonly code: 'stock-out-of-range'; readonly sku: string; readonly detail: string }
  | { readonly code: 'workflow-unknown'; readonly workflow: string }
  | { readonly code: 'currency-unknown'; readonly currency: string }
  | { readonly code: 'amount-invalid'; readonly item: number; readonly detail: string }
  | { readonly code: 'metadata-too-large'; readonly detail: string }
  | { readonly code: 'occurred-at-invalid'; readonly detail: string }
  | { readonly code: 'external-id-taken'; readonly externalId: string; readonly orderId: string }
  | { readonly code: 'idempotency-key-reused' }
  | { readonly code: 'payload-erased'; readonly orderId: string; readonly version: number }
  /** What it was then is in an archive. */
  | {
      readonly code: 'history-detached';
      readonly orderId: string;
      readonly version: number | null;
      readonly archives: readonly string[];
    }
  | { readonly code: 'overloaded'; readonly queued: number; readonly limit: number }
  | { readonly code: 'contention'; readonly attempts: number };

export interface IllegalTransition {
  readonly code: 'illegal-transition';
  readonly from: string;
  /** The event that was asked for, or null where a state was. */
  readonly event: string | null;
  /** The state that was asked for, or null where an event was. */
  readonly to: string | null;
  readonly allowedEvents: readonly string[];
  /** The states in which the event would be legal. */
  readonly legalFrom: readonly string[];
  /** The status that the workflow declares for this. */
  readonly declaredStatus: IllegalTransitionStatus;
}

export type RejectionCode = Rejection['code'];

/** Refusals that an idempotency key remembers: all that the order's own rules decided. The others may end otherwise on a retry. */
export const STORED_REFUSALS: ReadonlySet<RejectionCode> = new Set<RejectionCode>([
  'illegal-transition',
  'ambiguous-transition',
  'order-not-editable',
  'reason-required',
  'guard-refused',
  'work-pending',
  'task-not-dead',
  'resolution-leads-nowhere',
  'review-not-due',
  'redrive-not-possible',
  'stock-below-reserved',
  'stock-out-of-range',
  'workflow-unknown',
  'currency-unknown',
  'amount-invalid',
  'metadata-too-large',
  'occurred-at-invalid',
]);
