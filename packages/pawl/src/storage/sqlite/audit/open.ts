import type { DatabaseSync } from 'node:sqlite';
import { openDatabase, requireSqlite } from '../database.ts';
import { requireSchema } from '../migrate.ts';

/** Opens a database for verification, read-only: beside a running process, or a copy. */
export function openForAudit(path: string): DatabaseSync {
  requireSqlite();
  const database = openDatabase(path, 'read');
  try {
    requireSchema(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
