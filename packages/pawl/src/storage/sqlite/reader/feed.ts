import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { FeedEvent, FeedPage, FeedQuery } from '../../../ports/store.ts';
import { EVENT_COLUMNS, EVENT_JOINS, type EventRow, recordedEventOf } from './event-rows.ts';

export const FEED_HEAD = 'SELECT max(position) AS position FROM events';
export const READ_FEED = `
  SELECT ${EVENT_COLUMNS}, b.customer_id, b.external_id FROM events e ${EVENT_JOINS}
  LEFT JOIN orders o ON o.tenant = e.tenant AND o.id = e.order_id
  LEFT JOIN order_bodies b ON b.number = o.body
  WHERE e.position > :after AND e.position <= :until AND e.tenant = :tenant ORDER BY e.position LIMIT :limit`;

/** Positions looked at in one read: the events of other tenants that lie between are passed over in such steps. */
const WINDOW = 10_000;

interface FeedRow extends EventRow {
  readonly customer_id: string | null;
  readonly external_id: string | null;
}

/** Reads the feed on one connection. One process writes, so that positions become visible in their order. */
export class Feed {
  readonly #head: StatementSync;
  readonly #read: StatementSync;

  constructor(database: DatabaseSync) {
    this.#head = database.prepare(FEED_HEAD);
    this.#read = database.prepare(READ_FEED);
  }

  /** The next page, or an empty one that moves on through the events of others; `more` if the end was not reached. */
  step({
    tenant,
    after,
    limit,
  }: FeedQuery & { readonly after: number }): FeedPage & { readonly more: boolean } {
    const head = Number(this.#head.get()?.['position'] ?? 0);
    const until = Math.min(after + WINDOW, head);
    const rows = this.#read.all({ tenant, after, until, limit }) as unknown as FeedRow[];
    const full = rows.length === limit;
    const next = full ? (rows.at(-1)?.position ?? after) : Math.max(after, until);
    return { events: rows.map(feedEventOf), next, more: !full && until < head };
  }
}

function feedEventOf(row: FeedRow): FeedEvent {
  return {
    ...recordedEventOf(row),
    position: row.position,
    workflow: row.workflow ?? '',
    customerId: row.customer_id,
    externalId: row.external_id,
  };
}
