import { readdirSync, readFileSync } from 'node:fs';
import { StoreUnavailableError } from '../../ports/store.ts';
import { ADVISORY_LOCKS } from './connection/advisory-locks.ts';
import { storeError } from './connection/errors.ts';
import type { Pool, Sender } from './connection/pool.ts';

const FOLDER = new URL('./migrations/', import.meta.url);
const FILE_NAME = /^(\d{3})_\w+\.sql$/;

interface Migration {
  readonly number: number;
  readonly file: string;
}

/**
 * Brings the schema up to date, forward only, each migration in a transaction of its own and all of them under one lock, so
 * that of many nodes that start together one does it and the others wait.
 * @throws StoreUnavailableError if the database is newer than this program can run on, or is not ours.
 */
export async function migrate(pool: Pool, schema: string): Promise<void> {
  const known = migrations();
  const newest = known.at(-1)?.number ?? 0;
  for (;;) {
    const present = await pool.transaction(async (sender) => {
      // Others may be at it for long.
      await sender.query({ name: '', text: 'SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0' });
      await sender.query(
        {
          name: '',
          patient: true,
          text: `SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.migrations}, hashtext($1))`,
        },
        [schema],
      );
      return step(sender, schema, known, newest);
    });
    if (present >= newest) return;
  }
}

/**
 * For those who only read: nothing is brought up to date.
 * @throws StoreUnavailableError if the database has another schema than this program reads.
 */
export async function requireSchema(sender: Sender, schema: string): Promise<void> {
  const newest = migrations().at(-1)?.number ?? 0;
  const [found] = await sender.query<{ there: boolean }>(
    { name: '', text: 'SELECT to_regclass($1) IS NOT NULL AS there' },
    [`${quoted(schema)}.meta`],
  );
  if (found?.there !== true) {
    throw new StoreUnavailableError(
      `the schema ${schema} of the database has nothing of Pawl: name another with ?schema= in DATABASE_URL`,
    );
  }
  const present = await numberIn(sender, 'schema');
  await refuseNewer(sender, present, newest);
  if (present >= newest) return;
  throw new StoreUnavailableError(
    `the database has schema ${present} and this program reads schema ${newest}: let this version serve it once, which brings it up to date`,
  );
}

/** Makes the next migration, if there is one; gives the schema's number after it. */
async function step(
  sender: Sender,
  schema: string,
  known: readonly Migration[],
  newest: number,
): Promise<number> {
  const present = await schemaNumber(sender, schema);
  await refuseNewer(sender, present, newest);
  const next = known.find(({ number }) => number > present);
  if (next === undefined) return present;
  if (present === 0) await sender.query({ name: '', text: `CREATE SCHEMA IF NOT EXISTS ${quoted(schema)}` });
  await apply(sender, next);
  const written = `INSERT INTO meta (name, value) VALUES ('schema', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value`;
  await sender.query({ name: '', text: written }, [String(next.number)]);
  return next.number;
}

async function apply(sender: Sender, { file }: Migration): Promise<void> {
  try {
    await sender.query({ name: '', patient: true, text: readFileSync(new URL(file, FOLDER), 'utf8') });
  } catch (error) {
    throw storeError(`migration ${file} failed`, error);
  }
}

function migrations(): readonly Migration[] {
  return readdirSync(FOLDER)
    .map((file) => ({ number: Number(FILE_NAME.exec(file)?.[1]), file }))
    .filter(({ number }) => !Number.isNaN(number))
    .sort((a, b) => a.number - b.number);
}

/** 0 for a database in which nothing of ours is. */
async function schemaNumber(sender: Sender, schema: string): Promise<number> {
  const tables = await sender.query<{ name: string }>(
    { name: '', text: 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = $1' },
    [schema],
  );
  if (tables.some(({ name }) => name === 'meta')) return numberIn(sender, 'schema');
  if (tables.length === 0) return 0;
  throw new StoreUnavailableError(
    `the schema ${schema} of the database has tables of another program: name another with ?schema= in DATABASE_URL`,
  );
}

/** A newer database is fine as long as its migrations only added what this program does not look at. */
async function refuseNewer(sender: Sender, present: number, newest: number): Promise<void> {
  if (present <= newest) return;
  const oldest = await numberIn(sender, 'oldest_code');
  if (oldest <= newest) return;
  throw new StoreUnavailableError(
    `the database has schema ${present} and needs a program that knows schema ${oldest}; this one knows ${newest}: install the newer version`,
  );
}

async function numberIn(sender: Sender, name: string): Promise<number> {
  const [row] = await sender.query<{ value: string }>(
    { name: '', text: 'SELECT value FROM meta WHERE name = $1' },
    [name],
  );
  return Number(row?.value);
}

/** As an identifier. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
