import type { Database, StoreName } from './database.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';

const OPENERS: Readonly<Record<StoreName, () => Promise<Database>>> = {
  sqlite: openSqlite,
  postgres: openPostgres,
};

/** Runs on a database of its own and removes it, whatever happens. */
export async function withDatabase<T>(store: StoreName, run: (database: Database) => Promise<T>): Promise<T> {
  const database = await OPENERS[store]();
  try {
    return await run(database);
  } finally {
    await database.remove();
  }
}

export function openDatabase(store: StoreName): Promise<Database> {
  return OPENERS[store]();
}
