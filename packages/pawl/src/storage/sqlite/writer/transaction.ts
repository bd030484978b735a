import type { DatabaseSync } from 'node:sqlite';

/** Runs `work` in one transaction; rolls all of it back if it or the commit throws. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk may have ended the transaction already.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/**
 * The same without waiting for the disk, for what may be lost with the machine because it is done again: the next synced
 * commit makes it durable too. It can never be kept while something before it is lost.
 */
export function inUnsyncedTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('PRAGMA synchronous = NORMAL');
  try {
    return inTransaction(database, work);
  } finally {
    database.exec('PRAGMA synchronous = FULL');
  }
}

/** Runs `work` so that its failure undoes only its own writes. */
export function inSavepoint<T>(database: DatabaseSync, work: () => T): T {
  database.exec('SAVEPOINT unit');
  try {
    const result = work();
    database.exec('RELEASE unit');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK TO unit; RELEASE unit');
    throw error;
  }
}
