import type { Order } from './order.ts';
import { timeText } from './time-text.ts';

/** An order as clients and services see it: over HTTP, and in what an `http` task is sent. */
export interface OrderView {
  readonly order_id: string;
  readonly external_id: string | null;
  readonly workflow: string;
  readonly workflow_version: number;
  readonly status: string;
  readonly version: number;
  readonly settled: boolean;
  readonly blocked: boolean;
  readonly customer_id: string | null;
  readonly currency: string;
  readonly items: Order['items'];
  readonly amount_total: string;
  readonly metadata: Order['metadata'];
  readonly created_at: string;
  readonly updated_at: string;
}

/** Its members stand in this order, whatever the order's own. */
export function viewOrder(order: Order): OrderView {
  return {
    order_id: order.id,
    external_id: order.externalId,
    workflow: order.workflow,
    workflow_version: order.workflowVersion,
    status: order.status,
    version: order.version,
    settled: order.settled,
    blocked: order.blocked,
    customer_id: order.customerId,
    currency: order.currency,
    // In this order of members, whatever that of the stored ones: those of history are in canonical order.
    items: order.items.map(({ sku, qty, price }) => ({ sku, qty, price })),
    amount_total: order.amountTotal,
    metadata: order.metadata,
    created_at: timeText(order.createdAt),
    updated_at: timeText(order.updatedAt),
  };
}
