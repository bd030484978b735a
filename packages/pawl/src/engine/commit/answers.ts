import type { AcceptedWork } from '../../order/decision.ts';
import type { Rejection } from '../../order/rejection.ts';

/** What an idempotency record says was answered, where it is not the order at its version alone. */
export type RecordedAnswer =
  | { readonly kind: 'order' }
  | { readonly kind: 'accepted'; readonly accepted: AcceptedWork }
  | { readonly kind: 'refused'; readonly rejection: Rejection };

/** Null: the order at the record's version says it all. */
export function acceptedAnswer(accepted: AcceptedWork | undefined): string | null {
  return accepted === undefined ? null : JSON.stringify({ accepted });
}

export function refusedAnswer(rejection: Rejection): string {
  return JSON.stringify(rejection);
}

export function recordedAnswer(answer: string | null): RecordedAnswer {
  if (answer === null) return { kind: 'order' };
  const value = JSON.parse(answer) as Rejection | { readonly accepted: AcceptedWork };
  return 'accepted' in value
    ? { kind: 'accepted', accepted: value.accepted }
    : { kind: 'refused', rejection: value };
}
