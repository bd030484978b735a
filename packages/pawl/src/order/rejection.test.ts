import { expect, it } from 'vitest';
import { type RejectionCode, STORED_REFUSALS } from './rejection.ts';

/** `kept`: the order's own rules have decided it. `retried`: the same call may end otherwise, or nothing was decided yet. */
const FATES = {
  'illegal-transition': 'kept',
  'ambiguous-transition': 'kept',
  'order-not-editable': 'kept',
  'reason-required': 'kept',
  'guard-refused': 'kept',
  'work-pending': 'kept',
  'task-not-dead': 'kept',
  'resolution-leads-nowhere': 'kept',
  'review-not-due': 'kept',
  'redrive-not-possible': 'kept',
  'stock-below-reserved': 'kept',
  'stock-out-of-range': 'kept',
  'workflow-unknown': 'kept',
  'currency-unknown': 'kept',
  'amount-invalid': 'kept',
  'metadata-too-large': 'kept',
  'occurred-at-invalid': 'kept',
  'order-not-found': 'retried',
  'event-unknown': 'retried',
  'version-conflict': 'retried',
  'precondition-failed': 'retried',
  'precondition-required': 'retried',
  'role-required': 'retried',
  'task-not-found': 'retried',
  'lease-lost': 'retried',
  'task-running': 'retried',
  'task-not-claimable': 'retried',
  'timer-gone': 'retried',
  'external-id-taken': 'retried',
  'idempotency-key-reused': 'retried',
  'payload-erased': 'retried',
  'history-detached': 'retried',
  overloaded: 'retried',
  contention: 'retried',
} as const satisfies Record<RejectionCode, 'kept' | 'retried'>;

it.each(Object.entries(FATES))('%s is %s under an idempotency key', (code, fate) => {
  expect(STORED_REFUSALS.has(code as RejectionCode)).toBe(fate === 'kept');
});
