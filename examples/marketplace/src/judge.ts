import type { Staging } from './staging.ts';
import { type History, stepsOf } from './steps.ts';

interface Judged extends History {
  readonly id: string;
  readonly latest: string;
}

/** Refuses the orders that cannot be loaded, each with its first reason. `now` is an RFC 3339 time in UTC. */
export function refuseUnloadable(staging: Staging, now: string): void {
  staging.run(
    `UPDATE orders SET refusal = 'no lines'
     WHERE NOT EXISTS (SELECT 1 FROM lines WHERE orderId = id)`,
  );
  // Without one of its amounts an order's total would be wrong.
  staging.run(
    `UPDATE orders SET refusal = 'a line without an amount'
     WHERE refusal IS NULL
       AND EXISTS (SELECT 1 FROM lines WHERE orderId = id AND (price IS NULL OR freight IS NULL))`,
  );
  let last = '';
  for (;;) {
    const orders = staging.all<Judged>(LOADABLE_ORDERS, last, JUDGED_AT_ONCE);
    for (const order of orders) {
      const reason = reasonAgainst(order, now);
      if (reason !== undefined) staging.refuse(order.id, reason);
      last = order.id;
    }
    if (orders.length < JUDGED_AT_ONCE) return;
  }
}

const JUDGED_AT_ONCE = 1_000;
const LOADABLE_ORDERS = `
  SELECT id, status, approvedAt, shippedAt, deliveredAt,
    max(purchasedAt, ifnull(approvedAt, ''), ifnull(shippedAt, ''), ifnull(deliveredAt, '')) AS latest
  FROM orders WHERE refusal IS NULL AND id > ? ORDER BY id LIMIT ?`;

/**
 * Times in another order than their steps are no reason: carriers and banks keep their own clocks, and the service keeps
 * what happened apart from when it was told. A time of a step that the status rules out is one: which of both is true?
 */
function reasonAgainst(order: Judged, now: string): string | undefined {
  if (order.latest > now) return 'a time in the future';
  return stepsOf(order) === undefined ? 'a time that contradicts the status' : undefined;
}
