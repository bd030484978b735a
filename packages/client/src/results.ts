import type { Answer } from './attempt.ts';
import type { Problem } from './problem.ts';
import type { Order } from './types.ts';

/** An order with what the headers of the answer said of it. */
export interface OrderResult {
  readonly order: Order;
  /** For `ifMatch`, as an entity-tag. */
  readonly etag: string;
  /** Whether this is the stored outcome of an earlier, equal call, and so perhaps not what the order is now. */
  readonly replayed: boolean;
}

/** What became of one operation of a bulk call. */
export type BulkResult = {
  readonly status: number;
  /** Present if this is the stored outcome of an earlier, equal call. */
  readonly replayed?: true;
} & (
  | { readonly order: Order; readonly problem?: never }
  | { readonly problem: Problem; readonly order?: never }
);

/** Reads an answer that is an order. */
export function orderResult({ body, headers }: Answer): OrderResult {
  const order = body as Order;
  return {
    order,
    // Behind a proxy that drops the header, or in a browser that may not see it, the version says the same.
    etag: headers.get('etag') ?? `"${order.version}"`,
    replayed: headers.get('idempotency-replayed') === 'true',
  };
}
