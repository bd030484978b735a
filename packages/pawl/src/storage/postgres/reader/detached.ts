import type { Sender, Statement } from '../connection/pool.ts';
import type { Month } from '../months.ts';

/** The last position of the feed that is detached; 0 if none is. As long as nothing was ever archived the table is empty. */
export const FEED_BEGINNING = 'SELECT coalesce(max(last_position), 0) AS position FROM detached_parts';

const LATEST_ARCHIVE: Statement = {
  name: 'latest-archive',
  text: 'SELECT file FROM detached_parts ORDER BY last_position DESC LIMIT 1',
};
const ARCHIVES_OF_MONTH: Statement = {
  name: 'archives-of-month',
  text: 'SELECT file FROM detached_parts WHERE month = $1 ORDER BY run',
};

/** The archive with the last event before the feed begins. */
export async function latestArchive(sender: Sender): Promise<readonly string[]> {
  return files(await sender.query(LATEST_ARCHIVE));
}

/** The archives with events of the orders that were made in a month, oldest first. */
export async function archivesOf(sender: Sender, { text }: Month): Promise<readonly string[]> {
  return files(await sender.query(ARCHIVES_OF_MONTH, [text]));
}

function files(rows: readonly { readonly file: string }[]): readonly string[] {
  return rows.map(({ file }) => file);
}
