import { readdirSync, readFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { StoreUnavailableError } from '../../ports/store.ts';
import { storeError } from './errors.ts';

const FOLDER = new URL('./migrations/', import.meta.url);
const FILE_NAME = /^(\d{3})_\w+\.sql$/;

const HAS_META = "SELECT count(*) AS n FROM sqlite_schema WHERE name = 'meta'";
const HAS_OTHERS = "SELECT count(*) AS n FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'";
const READ_META = 'SELECT value FROM meta WHERE name = ?';
const WRITE_SCHEMA =
  "INSERT INTO meta (name, value) VALUES ('schema', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value";

interface Migration {
  readonly number: number;
  readonly file: string;
}

/**
 * Brings the schema up to date, in one transaction, forward only.
 * @throws StoreUnavailableError if the database is newer than this program can run on, or is not ours.
 */
export function migrate(database: DatabaseSync): void {
  const known = migrations();
  const newest = known.at(-1)?.number ?? 0;
  database.exec('BEGIN IMMEDIATE');
  try {
    const present = schemaOf(database);
    refuseNewer(database, present, newest);
    for (const migration of known) if (migration.number > present) apply(database, migration);
    if (newest > present) database.prepare(WRITE_SCHEMA).run(String(newest));
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/**
 * For those who read the schema and do not change it.
 * @throws StoreUnavailableError if the database is older than this program, newer than it can read, or is not ours.
 */
export function requireSchema(database: DatabaseSync): void {
  const newest = migrations().at(-1)?.number ?? 0;
  const present = schemaOf(database);
  refuseNewer(database, present, newest);
  if (present < newest)
    throw new StoreUnavailableError(
      `the database has schema ${present} and this program reads schema ${newest}: let this version serve it once, which brings it up to date`,
    );
}

function migrations(): readonly Migration[] {
  return readdirSync(FOLDER)
    .map((file) => ({ number: Number(FILE_NAME.exec(file)?.[1]), file }))
    .filter(({ number }) => !Number.isNaN(number))
    .sort((a, b) => a.number - b.number);
}

function schemaOf(database: DatabaseSync): number {
  if (database.prepare(HAS_META).get()?.['n'] !== 0) return numberIn(database, 'schema');
  if (database.prepare(HAS_OTHERS).get()?.['n'] === 0) return 0;
  throw new StoreUnavailableError('the file is a SQLite database of another program: name another file');
}

/** A newer database is fine as long as its migrations only added what this program does not look at. */
function refuseNewer(database: DatabaseSync, present: number, newest: number): void {
  if (present <= newest) return;
  const oldest = numberIn(database, 'oldest_code');
  if (oldest <= newest) return;
  throw new StoreUnavailableError(
    `the database has schema ${present} and needs a program that knows schema ${oldest}; this one knows ${newest}: install the newer version`,
  );
}

function apply(database: DatabaseSync, migration: Migration): void {
  try {
    database.exec(readFileSync(new URL(migration.file, FOLDER), 'utf8'));
  } catch (error) {
    throw storeError(`migration ${migration.file} failed`, error);
  }
}

function numberIn(database: DatabaseSync, name: string): number {
  return Number(database.prepare(READ_META).get(name)?.['value']);
}
