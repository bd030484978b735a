import {
  type FeedEvent,
  type FeedPage,
  type FeedQuery,
  HistoryDetachedError,
  StoreUnavailableError,
} from '../../../ports/store.ts';
import type { Sender, Statement } from '../connection/pool.ts';
import type { SmallNumbers } from '../connection/small-numbers.ts';
import { EVENT_COLUMNS, EVENT_JOINS, type EventRow, eventsOf } from '../rows/event-rows.ts';
import { FEED_BEGINNING, latestArchive } from './detached.ts';

/** Commits looked at in one read: those of other tenants are passed over in such steps. */
const COMMITS_MAX = 500;
/** Events unpacked in one read, beside the last commit's: a commit has one event or thousands. */
const EVENTS_MAX = 1_000;
/** Commits that are given positions before a page is read, so that it shows what was committed a moment ago. */
export const POSITIONS_AT_ONCE = 2_000;

/**
 * The events of some commits, in the order of positions, with where the look has ended. It begins with the last commit that begins at
 * or before the next position: a page may begin in the middle of one. One statement, so that what is passed over was looked at.
 * `OFFSET 0` has each event looked up by its key, whatever is believed of how many there are.
 */
export const READ_FEED: Statement = {
  name: 'read-feed',
  text: `WITH near AS (
      SELECT c.first_position, c.size, c.tenants, c.order_ids, c.versions, $2 = ANY (c.tenants) AS is_asked_for FROM commits c
      WHERE c.first_position >= coalesce(
        (SELECT f.first_position FROM commits f WHERE f.first_position <= $1::bigint + 1 ORDER BY f.first_position DESC LIMIT 1), 0)
      ORDER BY c.first_position LIMIT ${COMMITS_MAX}
    ), seen AS MATERIALIZED (
      SELECT *, coalesce(sum(size) FILTER (WHERE is_asked_for AND first_position + size - 1 > $1::bigint) OVER (
        ORDER BY first_position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) < ${EVENTS_MAX} AS is_looked_at FROM near
    ), shown AS MATERIALIZED (
      SELECT s.first_position + k.number - 1 AS position, k.tenant, k.order_id, k.version FROM seen s
      CROSS JOIN LATERAL unnest(s.tenants, s.order_ids, s.versions) WITH ORDINALITY AS k (tenant, order_id, version, number)
      WHERE s.is_looked_at AND s.is_asked_for AND k.tenant = $2 AND s.first_position + k.number - 1 > $1::bigint
      ORDER BY 1 LIMIT $3
    ), looked AS (
      SELECT max(first_position + size - 1) FILTER (WHERE is_looked_at) AS last,
        count(*) = ${COMMITS_MAX} OR NOT bool_and(is_looked_at) AS more,
        EXISTS (SELECT FROM commits c WHERE c.first_position IS NULL) AS waiting FROM seen
    )
    SELECT (${FEED_BEGINNING}) AS beginning, t.last, t.more, t.waiting, s.position, x.* FROM looked t LEFT JOIN shown s ON true
    LEFT JOIN LATERAL (
      SELECT ${EVENT_COLUMNS}, p.workflow, b.customer_id, b.external_id FROM events e ${EVENT_JOINS}
      LEFT JOIN places p ON p.number = e.place_to
      LEFT JOIN order_bodies b ON b.tenant = e.tenant AND b.id = e.order_id
      WHERE e.tenant = s.tenant AND e.order_id = s.order_id AND e.version = s.version OFFSET 0
    ) x ON true
    ORDER BY s.position`,
};
export const GIVE_POSITIONS: Statement = {
  name: 'give-positions',
  text: 'SELECT give_positions($1) AS given',
};
/** Waits for whoever gives positions just now, where the other passes by: what was committed before has its position then. */
export const GIVE_POSITIONS_IN_TURN: Statement = {
  name: 'give-positions-in-turn',
  text: `WITH turn AS MATERIALIZED (SELECT FROM feed_head FOR UPDATE)
    SELECT give_positions($1) AS given FROM turn`,
};

interface LookedRow {
  /** The last position that is detached, 0 if none is. */
  readonly beginning: number;
  readonly last: number | null;
  /** Null where there are no commits. */
  readonly more: boolean | null;
  /** Whether there are commits without a position. */
  readonly waiting: boolean;
}

const NOTHING_LOOKED_AT: LookedRow = { beginning: 0, last: null, more: null, waiting: false };

interface FeedRow extends LookedRow, EventRow {
  readonly position: number;
  readonly workflow: string | null;
  readonly customer_id: string | null;
  readonly external_id: string | null;
}

/** Reads the feed. */
export class Feed {
  readonly #sender: Sender;
  readonly #numbers: SmallNumbers;

  constructor(sender: Sender, numbers: SmallNumbers) {
    this.#sender = sender;
    this.#numbers = numbers;
  }

  /**
   * Ends where something is found, or else where nothing more was committed before the call.
   * @throws {StoreUnavailableError} where the store closes before that: others may have committed millions of events.
   */
  async page({ tenant, after, limit }: FeedQuery, isClosed: () => boolean): Promise<FeedPage> {
    // Where positions cannot be given, for want of room or of time, what has its position already is shown all the same.
    await this.givePositions().catch(() => undefined);
    let next = Math.max(0, after ?? 0);
    let areAllGiven = false;
    for (;;) {
      const rows = await this.#sender.query<LookedRow & Partial<FeedRow>>(READ_FEED, [next, tenant, limit]);
      const [{ beginning, last, more, waiting } = NOTHING_LOOKED_AT] = rows;
      if (next < beginning) {
        if (after !== null) throw new HistoryDetachedError(beginning, await latestArchive(this.#sender));
        next = beginning;
        continue;
      }
      const places = rows.flatMap(({ position }) => position ?? []);
      // Behind the last of as many places as were asked for there may be more, also where an event is missing from its place.
      next = places.length === limit ? (places.at(-1) ?? next) : Math.max(next, last ?? 0);
      const events = await this.#eventsOf(rows.filter(isShown));
      const isEnd = more !== true && places.length < limit;
      if (events.length > 0 || (isEnd && (areAllGiven || !waiting))) return { events, next };
      if (isClosed()) throw new StoreUnavailableError('the store is closed');
      if (!isEnd) continue;
      while ((await this.#give(GIVE_POSITIONS_IN_TURN)) === POSITIONS_AT_ONCE);
      areAllGiven = true;
    }
  }

  /** Gives positions to commits that have none, to POSITIONS_AT_ONCE at most; says to how many: none if somebody else is at it. */
  async givePositions(): Promise<number> {
    return this.#give(GIVE_POSITIONS);
  }

  async #give(statement: Statement): Promise<number> {
    const [row] = await this.#sender.query<{ given: number }>(statement, [POSITIONS_AT_ONCE]);
    return row?.given ?? 0;
  }

  async #eventsOf(rows: readonly FeedRow[]): Promise<readonly FeedEvent[]> {
    const events = await eventsOf(rows, this.#numbers);
    return rows.map((row, index) => ({
      ...(events[index] as FeedEvent),
      position: row.position,
      workflow: row.workflow ?? '',
      customerId: row.customer_id,
      externalId: row.external_id,
    }));
  }
}

/** The look itself makes a row even where it shows nothing. */
function isShown(row: LookedRow & Partial<FeedRow>): row is FeedRow {
  return typeof row.position === 'number' && typeof row.version === 'number';
}
