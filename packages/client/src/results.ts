import type { Answer } from './attempt.ts';
import type { Problem } from './problem.ts';
import type { AcceptedWork, Order, TaskResult } from './types.ts';

/** An order with what the headers of the answer said of it. */
export interface OrderResult {
  readonly order: Order;
  /** For `ifMatch`, as an entity-tag. */
  readonly etag: string;
  /** Whether this is the stored outcome of an earlier, equal call, and so perhaps not what the order is now. */
  readonly replayed: boolean;
}

/** What became of an event: the order after it, or the work that it has started. */
export type SendResult =
  | (OrderResult & { readonly accepted?: never })
  | (Omit<OrderResult, 'order'> & { readonly accepted: AcceptedWork; readonly order?: never });

/** What has become of a task, and where its order is by that. */
export interface TaskOutcome extends TaskResult {
  /** Whether this is the answer to an earlier, equal call. */
  readonly replayed: boolean;
}

/** What became of one operation of a bulk call. */
export type BulkResult = {
  readonly status: number;
  /** Present if this is the stored outcome of an earlier, equal call. */
  readonly replayed?: true;
} /** `task_id` with status 202: the first task of the work that has begun. */ & (
  | { readonly order: Order; readonly task_id?: string; readonly problem?: never }
  | { readonly problem: Problem; readonly order?: never; readonly task_id?: never }
);

/** Reads an answer that is an order. */
export function orderResult({ body, headers }: Answer): OrderResult {
  const order = body as Order;
  return {
    order,
    // Behind a proxy that drops the header, or in a browser that may not see it, the version says the same.
    etag: headers.get('etag') ?? `"${order.version}"`,
    replayed: isReplayed(headers),
  };
}

/** Reads the answer to an event. */
export function sendResult(answer: Answer): SendResult {
  if (answer.status !== 202) return orderResult(answer);
  const { body, headers } = answer;
  return {
    accepted: body as AcceptedWork,
    etag: headers.get('etag') ?? '*',
    replayed: isReplayed(headers),
  };
}

export function taskOutcome({ body, headers }: Answer): TaskOutcome {
  return { ...(body as TaskResult), replayed: isReplayed(headers) };
}

function isReplayed(headers: Headers): boolean {
  return headers.get('idempotency-replayed') === 'true';
}
