import type { Sender, Statement, Values } from '../connection/pool.ts';
import { idBounds, type Month } from '../months.ts';
import { FEED_BEGINNING } from '../reader/detached.ts';
import { GIVE_POSITIONS, POSITIONS_AT_ONCE } from '../reader/feed.ts';

/** Commits looked at in one read: each names some events, and a read takes some milliseconds. */
const WINDOW = 1_000;

const HEAD: Statement = {
  name: 'archive-feed-head',
  text: `SELECT next_position AS next, (${FEED_BEGINNING}) AS beginning FROM feed_head`,
};
const BACKWARD: Statement = {
  name: 'archive-backward',
  text: `WITH seen AS MATERIALIZED (
      SELECT c.first_position, c.order_ids FROM commits c WHERE c.first_position < $1
      ORDER BY c.first_position DESC LIMIT ${WINDOW}
    )
    SELECT (SELECT min(s.first_position) FROM seen s) AS lowest, max(s.first_position + k.number - 1) AS last
    FROM seen s CROSS JOIN LATERAL unnest(s.order_ids) WITH ORDINALITY AS k (id, number)
    WHERE k.id >= $2::uuid AND k.id < $3::uuid`,
};
const FORWARD: Statement = {
  name: 'archive-forward',
  text: `WITH seen AS MATERIALIZED (
      SELECT c.first_position, c.size, c.order_ids FROM commits c WHERE c.first_position >= $1
      ORDER BY c.first_position LIMIT ${WINDOW}
    )
    SELECT count(*)::integer AS commits, coalesce(max(s.first_position + s.size), $1) AS next,
      coalesce(bool_or(EXISTS (SELECT FROM unnest(s.order_ids) AS k (id) WHERE k.id >= $2::uuid AND k.id < $3::uuid)), false) AS moved
    FROM seen s`,
};
/** By two indexes: what was given its position since, and what has none yet. */
const MOVED_SINCE: Statement = {
  name: 'archive-moved-since',
  text: `SELECT EXISTS (
      SELECT FROM (
        SELECT c.order_ids FROM commits c WHERE c.first_position >= $1
        UNION ALL SELECT c.order_ids FROM commits c WHERE c.first_position IS NULL
      ) c CROSS JOIN LATERAL unnest(c.order_ids) AS k (id) WHERE k.id >= $2::uuid AND k.id < $3::uuid
    ) AS moved`,
};

/** How far the feed was looked through for events of a part. */
export interface Scan {
  /** The last position of an event of the part, or where the feed begins if there is none behind. */
  readonly lastPosition: number;
  /** No commit below this position has another one: positions are given one after the other. */
  readonly lookedUntil: number;
}

/** Finds the last event of a part in the feed, from the newest commit backwards. Gives positions first, as a reader does. */
export async function lastPositionOf(sender: Sender, month: Month): Promise<Scan> {
  await giveAll(sender);
  const [head] = await sender.query<{ next: number; beginning: number }>(HEAD);
  const { next: lookedUntil, beginning } = head ?? { next: 1, beginning: 0 };
  for (let below: number | null = lookedUntil; below !== null && below > beginning; ) {
    const values: Values = [below, ...idBounds(month)];
    const row: BackwardRow | undefined = (await sender.query<BackwardRow>(BACKWARD, values))[0];
    const last = row?.last ?? beginning;
    if (last > beginning) return { lastPosition: last, lookedUntil };
    below = row?.lowest ?? null;
  }
  return { lastPosition: beginning, lookedUntil };
}

interface BackwardRow {
  readonly lowest: number | null;
  readonly last: number | null;
}

/** Looks through what has been committed since, up to the last moment; null if an order of the month has moved. */
export async function lookOn(sender: Sender, month: Month, lookedUntil: number): Promise<number | null> {
  for (let from = lookedUntil; ; ) {
    await giveAll(sender);
    const values = [from, ...idBounds(month)];
    const [row] = await sender.query<{ commits: number; next: number; moved: boolean }>(FORWARD, values);
    if (row === undefined || row.moved) return null;
    from = row.next;
    if (row.commits < WINDOW) return from;
  }
}

async function giveAll(sender: Sender): Promise<void> {
  for (let given = POSITIONS_AT_ONCE; given === POSITIONS_AT_ONCE; )
    given = (await sender.query<{ given: number }>(GIVE_POSITIONS, [POSITIONS_AT_ONCE]))[0]?.given ?? 0;
}

/** Whether an order of the month has moved since, to be asked while nobody can commit events. */
export async function hasMovedSince(sender: Sender, month: Month, lookedUntil: number): Promise<boolean> {
  const [row] = await sender.query<{ moved: boolean }>(MOVED_SINCE, [lookedUntil, ...idBounds(month)]);
  return row?.moved !== false;
}
