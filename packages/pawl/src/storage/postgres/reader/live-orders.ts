import { isOrderId } from '../../../order/order-id.ts';
import type { LiveOrder } from '../../../order/work.ts';
import type { OrderKey } from '../../../ports/store.ts';
import { columnOf } from '../connection/columns.ts';
import { hexOfOrder } from '../connection/order-uuid.ts';
import type { Sender, Statement } from '../connection/pool.ts';
import type { SmallNumbers } from '../connection/small-numbers.ts';
import { type LiveOrderRow, liveOrdersOf, ORDER_COLUMNS, WORK_COLUMNS } from '../rows/order-rows.ts';

/** Orders by their keys, with what is under way for them, all of one moment. */
export const LOAD_LIVE_ORDERS: Statement = {
  name: 'load-live-orders',
  text: `SELECT k.number, ${ORDER_COLUMNS}, ${WORK_COLUMNS}
    FROM unnest($1::integer[], $2::uuid[], $3::integer[]) AS k (tenant, id, number)
    JOIN orders o ON o.tenant = k.tenant AND o.id = k.id JOIN order_bodies b ON b.tenant = o.tenant AND b.id = o.id`,
};

/** Reads orders with what is under way for them. */
export class LiveOrders {
  readonly #sender: Sender;
  readonly #numbers: SmallNumbers;

  constructor(sender: Sender, numbers: SmallNumbers) {
    this.#sender = sender;
    this.#numbers = numbers;
  }

  /** In the order asked for; undefined where there is none. */
  async load(keys: readonly OrderKey[]): Promise<readonly (LiveOrder | undefined)[]> {
    const asked = [...keys.entries()].filter(([, { orderId }]) => isOrderId(orderId));
    const found: (LiveOrder | undefined)[] = Array.from(keys, () => undefined);
    if (asked.length === 0) return found;
    const rows = await this.#sender.query<LiveOrderRow & { number: number }>(LOAD_LIVE_ORDERS, [
      columnOf(
        'int4',
        asked.map(([, { tenant }]) => tenant),
      ),
      columnOf(
        'uuid',
        asked.map(([, { orderId }]) => hexOfOrder(orderId)),
      ),
      columnOf(
        'int4',
        asked.map(([index]) => index),
      ),
    ]);
    const orders = await liveOrdersOf(rows, this.#numbers);
    for (const [index, { number }] of rows.entries()) found[number] = orders[index];
    return found;
  }
}
