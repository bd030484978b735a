import { parseAmount } from './amount.ts';
import type { Row } from './csv.ts';
import { toUtc } from './local-time.ts';
import { type History, STATUSES, type Status } from './steps.ts';

// What a row of each file says, read and checked.

export const ORDER_COLUMNS = [
  'order_id',
  'customer_id',
  'order_status',
  'order_purchase_timestamp',
  'order_approved_at',
  'order_delivered_carrier_date',
  'order_delivered_customer_date',
  'order_estimated_delivery_date',
] as const;
export const LINE_COLUMNS = [
  'order_id',
  'order_item_id',
  'product_id',
  'seller_id',
  'shipping_limit_date',
  'price',
  'freight_value',
] as const;
export const PAYMENT_COLUMNS = [
  'order_id',
  'payment_sequential',
  'payment_type',
  'payment_installments',
  'payment_value',
] as const;

/** All times are UTC. */
export interface OrderRecord extends History {
  readonly id: string;
  readonly customerId: string;
  readonly purchasedAt: string;
  readonly estimatedAt: string | null;
}

/** One piece of an order. Amounts are cents; null where the row has none that can be read. */
export interface LineRecord {
  readonly orderId: string;
  readonly number: string;
  readonly productId: string;
  readonly sellerId: string;
  readonly shipBy: string;
  readonly price: number | null;
  readonly freight: number | null;
}

export interface PaymentRecord {
  readonly orderId: string;
  readonly sequence: string;
  readonly type: string;
  readonly installments: string;
  readonly value: number | null;
}

/** Why a row of orders cannot be used. */
export type OrderFault = 'no order id' | 'unknown status' | 'unreadable time';

export function readOrder(
  row: Row<(typeof ORDER_COLUMNS)[number]>,
  utcOffset: string,
): OrderRecord | OrderFault {
  if (row.order_id === '') return 'no order id';
  if (!isStatus(row.order_status)) return 'unknown status';
  const time = (text: string) => (text === '' ? null : toUtc(text, utcOffset));
  const purchasedAt = time(row.order_purchase_timestamp);
  const approvedAt = time(row.order_approved_at);
  const shippedAt = time(row.order_delivered_carrier_date);
  const deliveredAt = time(row.order_delivered_customer_date);
  const estimatedAt = time(row.order_estimated_delivery_date);
  // Null is a step that did not happen; undefined is a text that is no time.
  if (purchasedAt === null || purchasedAt === undefined) return 'unreadable time';
  if (approvedAt === undefined || shippedAt === undefined || deliveredAt === undefined)
    return 'unreadable time';
  return {
    id: row.order_id,
    customerId: row.customer_id,
    status: row.order_status,
    purchasedAt,
    approvedAt,
    shippedAt,
    deliveredAt,
    // A promise that cannot be read is no reason to refuse an order.
    estimatedAt: estimatedAt ?? null,
  };
}

export function readLine(row: Row<(typeof LINE_COLUMNS)[number]>): LineRecord {
  const price = parseAmount(row.price);
  return {
    orderId: row.order_id,
    number: row.order_item_id,
    productId: row.product_id,
    sellerId: row.seller_id,
    shipBy: row.shipping_limit_date,
    // A price is above zero; freight may be free.
    price: price === undefined || price === 0 ? null : price,
    freight: parseAmount(row.freight_value) ?? null,
  };
}

export function readPayment(row: Row<(typeof PAYMENT_COLUMNS)[number]>): PaymentRecord {
  return {
    orderId: row.order_id,
    sequence: row.payment_sequential,
    type: row.payment_type,
    installments: row.payment_installments,
    value: parseAmount(row.payment_value) ?? null,
  };
}

function isStatus(text: string): text is Status {
  return STATUSES.some((status) => status === text);
}
