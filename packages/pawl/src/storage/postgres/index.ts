import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { Store } from '../../ports/store.ts';
import { createSystemRandom, systemClock } from '../../ports/system.ts';
import { storeError } from './connection/errors.ts';
import { Pool } from './connection/pool.ts';
import { schemaNamed } from './connection/schema-name.ts';
import { ServerClock } from './connection/server-clock.ts';
import { SmallNumbers } from './connection/small-numbers.ts';
import { migrate } from './migrate.ts';
import { Feed } from './reader/feed.ts';
import { LANES, PostgresStore } from './store.ts';
import { Upkeep } from './upkeep.ts';
import { Partitions } from './writer/partitions.ts';

export type { PostgresArchive, PostgresArchiveOptions } from './archive/archive.ts';
export { withPostgresArchive } from './archive/archive.ts';
export type { Holder } from './archive/detach.ts';
export type { ArchivableState, Inspection, Obstacle } from './archive/inspect.ts';
export type { ArchivedEvent } from './archive/pages.ts';
export type { DetachedPart } from './archive/parts.ts';
export { openPostgresExamination } from './audit/examination.ts';
export { openPostgresAudit } from './audit/orders.ts';
export { repairPostgresStock } from './audit/repair-stock.ts';
export { openPostgresStockAudit } from './audit/stock.ts';
export { type Month, parseMonth } from './months.ts';

const SECRET_BYTES = 32;
const ADD_SECRET = {
  name: 'add-secret',
  text: `INSERT INTO meta (name, value) VALUES ('secret', $1) ON CONFLICT (name) DO NOTHING`,
};
/** Connections for everything but commits. */
const POOL_SIZE = 8;

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:5432/database`, with the driver's parameters such as `sslmode`. */
  readonly url: string;
  /** The schema of the database that the tables lie in; it is created if it is missing. Default `pawl`. */
  readonly schema?: string | undefined;
  /** Connections besides the two for commits; default 8. */
  readonly poolSize?: number | undefined;
  /** Decides what is due and when something happened. Default: the database's own clock. */
  readonly clock?: Clock | undefined;
  /** Makes the secret of a new database. Default: the operating system's. */
  readonly random?: Random | undefined;
}

/**
 * Opens the store of one node on a PostgreSQL database (14 or later) that many nodes may share, and brings its schema up to
 * date.
 * @throws StoreUnavailableError if the database cannot be reached, is newer than this program, or is not ours.
 * @example
 * const store = await openPostgresStore({ url: 'postgres://localhost/shop' });
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { url, poolSize = POOL_SIZE, random = createSystemRandom() } = options;
  const schema = schemaNamed(options.schema);
  const pool = (name: string, size: number) => new Pool({ url, schema, size, name, clock: systemClock });
  const [writers, readers] = [pool('commits', LANES), pool('reads', poolSize)];
  try {
    await migrate(readers, schema);
    await readers.query(ADD_SECRET, [random.hex(SECRET_BYTES)]);
    const serverClock = new ServerClock(readers, systemClock);
    if (options.clock === undefined) await serverClock.start();
    const now = options.clock?.now.bind(options.clock) ?? (() => serverClock.now());
    const partitions = new Partitions(readers);
    await partitions.prepare(now());
    const numbers = new SmallNumbers(readers);
    const feed = new Feed(readers, numbers);
    const upkeep = new Upkeep({ clock: systemClock, feed, partitions, now });
    const release = async () => void (await Promise.all([upkeep.stop(), serverClock.stop()]));
    return new PostgresStore({ writers, readers, partitions, numbers, feed, now, release });
  } catch (error) {
    await Promise.all([writers.close(), readers.close()]);
    throw storeError('opening the database', error);
  }
}
