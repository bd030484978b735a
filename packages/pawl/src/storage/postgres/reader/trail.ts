import { isOrderId, orderIdTime } from '../../../order/order-id.ts';
import {
  HistoryDetachedError,
  type OrderKey,
  type RecordedEvent,
  type TrailQuery,
} from '../../../ports/store.ts';
import { hexOfOrder } from '../connection/order-uuid.ts';
import type { Sender, Statement } from '../connection/pool.ts';
import type { SmallNumbers } from '../connection/small-numbers.ts';
import { monthOf } from '../months.ts';
import { EVENT_COLUMNS, EVENT_JOINS, type EventRow, eventsOf } from '../rows/event-rows.ts';
import { archivesOf } from './detached.ts';

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
/** The versions that an order has come to, and the first whose event is there. */
export const EXTENT: Statement = {
  name: 'trail-extent',
  text: `SELECT o.version AS last, e.version AS first FROM orders o LEFT JOIN LATERAL (
      SELECT e.version FROM events e WHERE e.tenant = o.tenant AND e.order_id = o.id ORDER BY e.version LIMIT 1
    ) e ON true WHERE o.tenant = $1 AND o.id = $2::uuid`,
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

  async page(query: TrailQuery): Promise<readonly RecordedEvent[]> {
    const { tenant, orderId, direction, after, limit } = query;
    if (!isOrderId(orderId)) return [];
    const [statement, bound] =
      direction === 'asc'
        ? [TRAIL_ASC, Math.max(0, after ?? 0)]
        : [TRAIL_DESC, Math.min(after ?? AFTER_ALL, AFTER_ALL)];
    const values = [tenant, hexOfOrder(orderId), Math.min(bound, AFTER_ALL), Math.min(limit, AFTER_ALL)];
    const rows = await this.#sender.query<EventRow>(statement, values);
    if (mayBeDetached(query, rows[0]?.version)) await this.#refuseDetached(query);
    return eventsOf(rows, this.#numbers);
  }

  /** Versions are dense: where one is missing at the beginning, and its month was archived, it is in the archive. */
  async #refuseDetached({ tenant, orderId, direction, after }: TrailQuery): Promise<void> {
    const archives = await archivesOf(this.#sender, monthOf(orderIdTime(orderId)));
    if (archives.length === 0) return;
    const values = [tenant, hexOfOrder(orderId)];
    const [extent] = await this.#sender.query<{ last: number; first: number | null }>(EXTENT, values);
    if (extent === undefined) return;
    const first = extent.first ?? extent.last + 1;
    const wanted = direction === 'asc' ? (after ?? 0) + 1 : Math.min((after ?? AFTER_ALL) - 1, extent.last);
    const isDetached = wanted >= 1 && wanted < first && !(after === null && extent.first !== null);
    if (isDetached) throw new HistoryDetachedError(extent.first === null ? null : first - 1, archives);
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

/** Whether what was found does not begin where it was to begin; an order that has no more is asked about as well. */
function mayBeDetached({ direction, after, limit }: TrailQuery, first: number | undefined): boolean {
  if (limit < 1) return false;
  if (first === undefined) return true;
  return direction === 'asc' && after !== null && first > Math.max(0, after) + 1;
}
