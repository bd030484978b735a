import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import { type Store, StoreUnavailableError } from '../../ports/store.ts';
import { createSystemRandom, systemClock } from '../../ports/system.ts';
import { openDatabase, requireSqlite } from './database.ts';
import { storeError } from './errors.ts';
import { holdExclusively } from './lock.ts';
import { migrate } from './migrate.ts';
import { SqliteStore } from './store.ts';

export { openSqliteExamination } from './audit/examination.ts';
export { openSqliteAudit } from './audit/orders.ts';
export { repairSqliteStock } from './audit/repair-stock.ts';
export { openSqliteStockAudit } from './audit/stock.ts';

const SECRET_BYTES = 32;
const ADD_SECRET = "INSERT INTO meta (name, value) VALUES ('secret', ?) ON CONFLICT (name) DO NOTHING";

export interface SqliteStoreOptions {
  /** Path of the database file; it and its folders are created if they are missing. */
  readonly path: string;
  /**
   * What the file may take; beyond it nothing is written, and everything that reads goes on. Besides it there are the log, up
   * to 64 MiB and a batch, and what an index catches up with. Default: as much as the disk has.
   */
  readonly maxBytes?: number | undefined;
  /** Default: the machine's. */
  readonly clock?: Clock | undefined;
  /** Makes the secret of a new database. Default: the operating system's. */
  readonly random?: Random | undefined;
}

/**
 * Opens the store of one process in one SQLite file, with `<path>.lock` beside it as long as it is open. A link
 * is followed: the lock lies beside the file that it leads to.
 * @throws StoreUnavailableError if the file is in use, newer than this program, not writable or not a database.
 * @example
 * const store = openSqliteStore({ path: './data/pawl.db' });
 */
export function openSqliteStore(options: SqliteStoreOptions): Store {
  const { path, maxBytes = null, clock = systemClock, random = createSystemRandom() } = options;
  requireSqlite();
  const file = fileOf(path);
  const release = prepareFolder(file);
  try {
    prepareDatabase(file, random);
    return new SqliteStore({ path: file, maxBytes, clock, release });
  } catch (error) {
    release();
    throw storeError(`cannot open ${file}`, error);
  }
}

function fileOf(path: string): string {
  if (path === '' || path === ':memory:') {
    throw new StoreUnavailableError(
      'the SQLite store needs a file that its threads can share: for orders in memory use the memory store',
    );
  }
  return resolve(path);
}

function prepareFolder(file: string): () => void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    return holdExclusively(file);
  } catch (error) {
    throw storeError(`cannot open ${file}`, error);
  }
}

function prepareDatabase(file: string, random: Random): void {
  const database = openDatabase(file, 'write');
  try {
    migrate(database);
    database.prepare(ADD_SECRET).run(random.hex(SECRET_BYTES));
  } finally {
    database.close();
  }
}
