import type { Schemas } from './types.ts';

/** The codes that the server's document lists. A newer server may send others: have a default branch. */
export type ProblemCode = Schemas['Problem']['code'];

/** One place of a request that is wrong. `pointer` is a JSON pointer into the part that `in` names. */
export type ProblemPlace = NonNullable<Schemas['Problem']['errors']>[number];

/** What some problems say beyond RFC 9457, by code. */
export interface ProblemMembers {
  'version-conflict': { readonly current_version: number };
  'precondition-failed': { readonly current_version: number };
  'precondition-required': { readonly current_version: number };
  'external-id-taken': { readonly external_id: string; readonly order_id: string };
  'illegal-transition': {
    readonly from: string;
    readonly to?: string;
    readonly event?: string;
    readonly allowed_events: readonly string[];
  };
  'ambiguous-transition': { readonly from: string; readonly to: string; readonly events: readonly string[] };
  'event-unknown': {
    readonly event: string;
    readonly workflow: string;
    readonly known_events: readonly string[];
  };
  'order-not-editable': { readonly status_of_order: string; readonly editable_states: readonly string[] };
  'work-pending': { readonly event: string; readonly task_id: string };
  'task-not-dead': { readonly task_id: string; readonly task_status: string };
  'task-running': { readonly task_id: string; readonly lease_until: string };
  'task-not-claimable': { readonly task: string };
  'review-not-due': { readonly status_of_order: string; readonly settled: boolean };
  'redrive-not-possible': { readonly status_of_order: string };
  'stock-below-reserved': { readonly sku: string; readonly reserved: number };
  'stock-out-of-range': { readonly sku: string };
  /** A refusal of a command names the order, a page of a trail or of the feed what to go on with. */
  'history-detached': {
    readonly archives: readonly string[];
    readonly order_id?: string;
    readonly next_cursor?: string;
  };
  'role-required': { readonly roles?: readonly string[] };
  'workflow-invalid': { readonly findings: readonly Schemas['Finding'][] };
}

/** The problem of one code, with its members. */
export type ProblemOf<C extends ProblemCode> = ProblemBase<C> &
  (C extends keyof ProblemMembers ? ProblemMembers[C] : unknown);

interface ProblemBase<C extends ProblemCode> {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: C;
  readonly trace_id: string;
  readonly errors?: readonly ProblemPlace[];
}

/** What went wrong (RFC 9457), discriminated by `code`. */
export type Problem = { [C in ProblemCode]: ProblemOf<C> }[ProblemCode];

/** Whether a body is a problem of Pawl, and not the error page of something between. */
export function isProblem(body: unknown): body is Problem {
  if (typeof body !== 'object' || body === null) return false;
  const { code, status, title } = body as Partial<Record<string, unknown>>;
  return typeof code === 'string' && typeof status === 'number' && typeof title === 'string';
}
