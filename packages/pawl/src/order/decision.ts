import type { DraftEvent } from './event.ts';
import type { Rejection } from './rejection.ts';
import type { StockEntry } from './stock.ts';
import type { Work } from './work.ts';

/** What a command does. */
export type Decision =
  | {
      readonly ok: true;
      /** What records it. None for an edit that changes nothing, and for an event whose work is under way already. */
      readonly events: readonly DraftEvent[];
      /** What is under way for the order after it. */
      readonly work: Work;
      /** What it does with stock, and what it took stock to be. Present on refusals by stock too, which are events. */
      readonly stock: readonly StockEntry[];
      /** The event has started work in the background, or had before. */
      readonly accepted?: AcceptedWork;
    }
  | { readonly ok: false; readonly rejection: Rejection };

/** What the caller of a working event is told. */
export interface AcceptedWork {
  readonly message: string;
  /** The first task of the work. */
  readonly taskId: string;
}

export function accept(
  made: Omit<Decision & { readonly ok: true }, 'ok' | 'accepted'>,
  accepted?: AcceptedWork,
): Decision {
  return { ok: true, ...made, ...(accepted === undefined ? undefined : { accepted }) };
}

export function refuse(rejection: Rejection): Decision & { readonly ok: false } {
  return { ok: false, rejection };
}
