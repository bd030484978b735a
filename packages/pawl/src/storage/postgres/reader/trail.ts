import { isOrderId } from '../../../order/order-id.ts';
import type { OrderKey, RecordedEvent, TrailQuery } from '../../../ports/store.ts';
import { hexOfOrder } from '../connection/order-uuid.ts';
import type { Sender, Statement } from '../connection/pool.ts';
import type { SmallNumbers } from '../connection/small-numbers.ts';
import { EVENT_COLUMNS, EVENT_JOINS, type EventRow, eventsOf } from '../rows/event-rows.ts';

const OF_ORDER = `SELECT ${EVENT_COLUMNS} FROM events e ${EVENT_JOINS} WHERE e.tenant = $1 AND e.order_id = $2::uuid`;
export const TRAIL_ASC: Statement = {
  name: 'trail-asc',
  text: `${OF_ORDER} AND e.version > $3 ORDER BY e.version LIMIT $4`,
};
export const TRAIL_DESC: Statement = {
  name: 'trail-desc',
  text: `${OF_ORDER} AND e.version < $3 ORDER BY e.version DESC LIMIT $4`,
};
export const LOOKUP: Statement = {
  name: 'lookup',
  text: 'SELECT payload FROM events WHERE tenant = $1 AND order_id = $2::uuid AND version = $3',
};

/** Beyond every version. */
const AFTER_ALL = 2 ** 31 - 1;

/** Reads the events of orders. */
export class Trails {
  readonly #sender: Sender;
  readonly #numbers: SmallNumbers;

  constructor(sender: Sender, numbers: SmallNumbers) {
    this.#sender = sender;
    this.#numbers = numbers;
  }

  async page({ tenant, orderId, direction, after, limit }: TrailQuery): Promise<readonly RecordedEvent[]> {
    if (!isOrderId(orderId)) return [];
    const [statement, bound] =
      direction === 'asc'
        ? [TRAIL_ASC, Math.max(0, after ?? 0)]
        : [TRAIL_DESC, Math.min(after ?? AFTER_ALL, AFTER_ALL)];
    const values = [tenant, hexOfOrder(orderId), Math.min(bound, AFTER_ALL), Math.min(limit, AFTER_ALL)];
    return eventsOf(await this.#sender.query<EventRow>(statement, values), this.#numbers);
  }

  /** Whether that version was written by that command. */
  async lookup({ tenant, orderId }: OrderKey, version: number, commandId: string): Promise<boolean> {
    if (!isOrderId(orderId)) return false;
    const [row] = await this.#sender.query<{ payload: string | null }>(LOOKUP, [
      tenant,
      hexOfOrder(orderId),
      version,
    ]);
    if (row === undefined || row.payload === null) return false;
    return (JSON.parse(row.payload) as { commandId?: string }).commandId === commandId;
  }
}
