import { createHash } from 'node:crypto';
import type { BulkOperation } from '@pawl/client';
import { formatAmount } from './amount.ts';
import type { LineRecord, PaymentRecord } from './records.ts';
import type { StagedOrder } from './staging.ts';
import type { Step } from './steps.ts';

export const WORKFLOW = 'marketplace';
const CURRENCY = 'BRL';

/** The line that holds what the order's transport costs, so that `amount_total` is what the buyer owes, to the cent. */
export const FREIGHT_SKU = 'freight';

type Create = Extract<BulkOperation, { op: 'create' }>;

/** The operation that creates an order. Its time is that of the purchase. */
export function createOperation(order: StagedOrder): Create {
  return {
    op: 'create',
    workflow: WORKFLOW,
    external_id: order.id,
    ...(order.customerId === '' ? {} : { customer_id: order.customerId }),
    currency: CURRENCY,
    items: itemsOf(order.lines),
    metadata: metadataOf(order),
    occurred_at: order.purchasedAt,
  };
}

/** The operations that walk an order on. Each names the version before it, so that none acts where the one before failed. */
export function stepOperations(orderId: string, version: number, steps: readonly Step[]): BulkOperation[] {
  return steps.map(({ event, at }, index) => ({
    op: 'event',
    order_id: orderId,
    event,
    if_match: version + index,
    ...(at === null ? {} : { occurred_at: at }),
  }));
}

/** A key that is the same whenever the same operations are sent: a second run repeats the calls of the first. */
export function keyOf(operations: readonly BulkOperation[]): string {
  return `marketplace-${createHash('sha256').update(JSON.stringify(operations)).digest('hex')}`;
}

/** The files have a row for each piece: equal ones are one line of so many. */
function itemsOf(lines: readonly LineRecord[]): Create['items'] {
  const pieces = new Map<string, { sku: string; qty: number; price: string }>();
  for (const { productId, price } of lines) {
    const text = formatAmount(price ?? 0);
    const item = pieces.get(`${productId} ${text}`) ?? { sku: productId, qty: 0, price: text };
    item.qty++;
    pieces.set(`${productId} ${text}`, item);
  }
  const freight = lines.reduce((sum, line) => sum + (line.freight ?? 0), 0);
  const transport = freight === 0 ? [] : [{ sku: FREIGHT_SKU, qty: 1, price: formatAmount(freight) }];
  return [...pieces.values(), ...transport];
}

/** What an order of the service has no field for: who sells and ships each piece, and how it was paid. */
function metadataOf({ lines, payments, estimatedAt }: StagedOrder): Record<string, unknown> {
  return {
    ...(estimatedAt === null ? {} : { estimated_delivery: estimatedAt }),
    lines: lines.map((line) => ({
      line: line.number,
      sku: line.productId,
      seller: line.sellerId,
      ship_by: line.shipBy,
      freight: formatAmount(line.freight ?? 0),
    })),
    payments: payments.map((payment: PaymentRecord) => ({
      number: payment.sequence,
      type: payment.type,
      installments: payment.installments,
      value: formatAmount(payment.value ?? 0),
    })),
  };
}
