import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { isOrderId, orderIdToBytes } from '../../../order/order-id.ts';
import type { RecordedEvent, TrailQuery } from '../../../ports/store.ts';
import { EVENT_COLUMNS, EVENT_JOINS, type EventRow, recordedEventOf } from './event-rows.ts';

/** How long an order's history is. */
export const LAST_VERSION = 'SELECT version FROM orders WHERE tenant = ? AND id = ?';

/**
 * Events with versions between two bounds. Walks the links back from the newest event, holding nothing of what it passes;
 * a link that leads to another order ends the walk, so that no trail ever shows a stranger's events.
 */
export const READ_TRAIL = `
  WITH RECURSIVE chain (position, version, previous) AS (
    SELECT e.position, e.version, e.previous_position
    FROM orders o CROSS JOIN events e ON e.position = o.last_position
    WHERE o.tenant = :tenant AND o.id = :id AND e.tenant = :tenant AND e.order_id = :id
    UNION ALL
    SELECT e.position, e.version, e.previous_position
    FROM chain c CROSS JOIN events e ON e.position = c.previous
    WHERE c.version > :low + 1 AND e.tenant = :tenant AND e.order_id = :id
  )
  SELECT ${EVENT_COLUMNS} FROM chain c CROSS JOIN events e ON e.position = c.position ${EVENT_JOINS}
  WHERE c.version > :low AND c.version < :high ORDER BY c.version`;

/** Reads trails on one connection. */
export class Trails {
  readonly #last: StatementSync;
  readonly #read: StatementSync;

  constructor(database: DatabaseSync) {
    this.#last = database.prepare(LAST_VERSION);
    this.#read = database.prepare(READ_TRAIL);
  }

  /** How many links a page would walk. */
  walkOf(query: TrailQuery): number {
    const last = this.#lastVersion(query);
    return last - boundsOf(query, last).low;
  }

  page(query: TrailQuery): readonly RecordedEvent[] {
    const last = this.#lastVersion(query);
    const { low, high } = boundsOf(query, last);
    if (low >= last || high - low <= 1) return [];
    const rows = this.#read.all({
      tenant: query.tenant,
      id: orderIdToBytes(query.orderId),
      low,
      high,
    }) as unknown as EventRow[];
    const events = rows.map(recordedEventOf);
    return query.direction === 'asc' ? events : events.reverse();
  }

  #lastVersion({ tenant, orderId }: TrailQuery): number {
    if (!isOrderId(orderId)) return 0;
    return Number(this.#last.get(tenant, orderIdToBytes(orderId))?.['version'] ?? 0);
  }
}

/** Versions are dense, so that a page is a range of them. Both bounds are exclusive. */
function boundsOf({ direction, after, limit }: TrailQuery, last: number): { low: number; high: number } {
  if (direction === 'asc') {
    const low = Math.max(0, after ?? 0);
    return { low, high: low + limit + 1 };
  }
  const high = Math.min(after ?? last + 1, last + 1);
  return { low: Math.max(0, high - limit - 1), high };
}
