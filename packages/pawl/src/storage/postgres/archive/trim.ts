import type { Sender, Statement } from '../connection/pool.ts';
import { FEED_BEGINNING } from '../reader/detached.ts';

/** Rows deleted in one transaction: some ten milliseconds. */
const ROWS_AT_ONCE = 1_000;

/** The oldest first, so that a reader never meets a hole. */
const TRIM: Statement = {
  name: 'archive-trim',
  text: `WITH beginning AS MATERIALIZED (${FEED_BEGINNING}), gone AS (
      DELETE FROM commits WHERE id IN (
        SELECT c.id FROM commits c WHERE c.first_position <= (SELECT b.position FROM beginning b)
          AND c.first_position + c.size - 1 <= (SELECT b.position FROM beginning b)
        ORDER BY c.first_position LIMIT ${ROWS_AT_ONCE}
      ) RETURNING id
    )
    SELECT count(*)::integer AS deleted FROM gone`,
};

/** Deletes what the feed keeps of commits that lie wholly before it begins; gives how many are gone after each batch. */
export async function* trimFeed(sender: Sender): AsyncGenerator<number> {
  for (let total = 0; ; ) {
    const [row] = await sender.query<{ deleted: number }>(TRIM);
    const deleted = row?.deleted ?? 0;
    total += deleted;
    yield total;
    if (deleted < ROWS_AT_ONCE) return;
  }
}
