import type { Sender, Statement } from '../../connection/pool.ts';
import { FEED_BEGINNING } from '../../reader/detached.ts';

/**
 * An event may be so much older than the commit of the one before it in the feed, milliseconds: its commit waits for locks, and nodes
 * know the database's clock by what they have asked. Both take some seconds at most.
 */
const LATE_MS = 60_000;

const BEGINNING: Statement = {
  name: 'audit-feed-beginning',
  text: `SELECT b.position > 0 AS detached, (
      SELECT c.committed_at FROM commits c WHERE c.first_position > b.position ORDER BY c.first_position LIMIT 1
    ) AS at FROM (${FEED_BEGINNING}) b`,
};

/**
 * Every event from after this time is behind the beginning of the feed, milliseconds since the epoch. What the feed kept of those
 * before it is deleted, also of events that stay, and an event does not say its position.
 */
export async function feedBeginsAt(sender: Sender): Promise<number> {
  const [row] = await sender.query<{ detached: boolean; at: number | null }>(BEGINNING);
  if (row?.detached !== true) return Number.NEGATIVE_INFINITY;
  return row.at === null ? Number.POSITIVE_INFINITY : row.at + LATE_MS;
}
