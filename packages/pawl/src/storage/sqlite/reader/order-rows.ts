import type { Item, JsonObject, Order } from '../../../order/order.ts';
import { orderIdFromBytes } from '../../../order/order-id.ts';
import { FLAG_AWAITS_REVIEW, FLAG_BLOCKED, FLAG_SETTLED } from '../threads/wire.ts';
import { SharedTexts } from './shared-texts.ts';

/** The columns of an order, over `o` orders, `b` order_bodies, `p` places and `h` workflow_hashes. */
export const ORDER_COLUMNS = `
  o.tenant, o.id, o.version, o.entered_version, o.updated_at, o.flags, o.last_hash, p.workflow, p.status,
  b.external_id, b.customer_id, b.workflow_version, h.hash AS workflow_hash, b.created_at, b.currency, b.amount_total, b.items, b.metadata`;

/** Cross joins keep the order in which the tables are read: without statistics the planner may start from places. */
export const FROM_ORDERS =
  'orders o CROSS JOIN order_bodies b ON b.number = o.body CROSS JOIN places p ON p.place = o.place CROSS JOIN workflow_hashes h ON h.number = b.workflow_hash';

/** An order by its key. */
export const LOAD_ORDER = `SELECT ${ORDER_COLUMNS} FROM ${FROM_ORDERS} WHERE o.tenant = ? AND o.id = ?`;

export interface OrderRow {
  readonly tenant: number;
  readonly id: Uint8Array;
  readonly version: number;
  readonly entered_version: number;
  readonly updated_at: number;
  readonly flags: number;
  readonly last_hash: Uint8Array;
  readonly workflow: string;
  readonly status: string;
  readonly external_id: string | null;
  readonly customer_id: string | null;
  readonly workflow_version: number;
  readonly workflow_hash: Uint8Array;
  readonly created_at: number;
  readonly currency: string;
  readonly amount_total: string;
  readonly items: string;
  readonly metadata: string;
}

const texts = new SharedTexts();

export function orderOf(row: OrderRow): Order {
  return {
    tenant: row.tenant,
    id: orderIdFromBytes(row.id),
    externalId: row.external_id,
    workflow: texts.share(row.workflow),
    workflowVersion: row.workflow_version,
    workflowHash: texts.share(hexOf(row.workflow_hash)),
    status: texts.share(row.status),
    version: row.version,
    enteredVersion: row.entered_version,
    settled: (row.flags & FLAG_SETTLED) !== 0,
    blocked: (row.flags & FLAG_BLOCKED) !== 0,
    awaitsReview: (row.flags & FLAG_AWAITS_REVIEW) !== 0,
    customerId: row.customer_id,
    currency: texts.share(row.currency),
    items: JSON.parse(row.items) as readonly Item[],
    metadata: JSON.parse(row.metadata) as JsonObject,
    amountTotal: row.amount_total,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastHash: hexOf(row.last_hash),
  };
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
