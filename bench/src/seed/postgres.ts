import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { withClient } from '../stores/postgres.ts';
import { COPIED, type Copied, copyText } from './copy-text.ts';
import { EVENTS, FROM, type Names, type Plan, TO } from './history.ts';

/** Orders of one transaction. Of ten thousand the garbage collector took more time than all else. */
const AT_ONCE = 2_000;
/** The database server runs as another user, and reads what is copied. */
const READABLE_BY_ALL = 0o755;

const ADD_PLACE = 'INSERT INTO places (workflow, status) VALUES ($1, $2) RETURNING number';
const ADD_HASH = `INSERT INTO workflow_hashes (hash) VALUES (decode($1, 'hex')) RETURNING number`;

/** Writes the orders of a plan into a new database, whose server runs on this machine. */
export async function seedPostgres(url: string, plan: Plan, names: Names, count: number): Promise<void> {
  await withClient(url, async (client) => {
    await client.query('SET search_path = pawl');
    // What a lost machine would lose is the seeding alone; the checkpoint at its end makes all of it durable.
    await client.query('SET synchronous_commit = off');
    await addParts(client, plan.createdAt(0), plan.createdAt(count));
    await copyOrders(client, plan, names, count);
    await client.query('UPDATE feed_head SET next_position = $1', [count * EVENTS + 1]);
    for (const table of Object.keys(COPIED)) await client.query(`VACUUM (ANALYZE) ${table}`);
    await client.query('CHECKPOINT');
  });
}

/** While the server copies a batch the next one is made. */
async function copyOrders(client: pg.Client, plan: Plan, names: Names, count: number): Promise<void> {
  const numbers = {
    from: await numberOf(client, ADD_PLACE, [names.workflow, FROM]),
    to: await numberOf(client, ADD_PLACE, [names.workflow, TO]),
    hash: await numberOf(client, ADD_HASH, [names.workflowHash]),
  };
  const folder = mkdtempSync(join(tmpdir(), 'pawl-bench-copy-'));
  chmodSync(folder, READABLE_BY_ALL);
  try {
    let copying: Promise<void> = Promise.resolve();
    for (let from = 0; from < count; from += AT_ONCE) {
      const size = Math.min(AT_ONCE, count - from);
      const orders = Array.from({ length: size }, (_, index) => plan.order(from + index));
      const texts = copyText(orders, names, numbers);
      await copying;
      copying = copy(client, folder, texts);
      // A failure is met at the next turn: until then it must not count as one that nobody handles.
      copying.catch(() => undefined);
      // Lets the statements out before the next batch takes the thread.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await copying;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One statement of one transaction, so that the server needs nothing more from us while it copies. */
async function copy(
  client: pg.Client,
  folder: string,
  texts: Readonly<Record<Copied, string>>,
): Promise<void> {
  const statements = (Object.keys(COPIED) as Copied[]).map((table) => {
    const file = join(folder, table);
    writeFileSync(file, texts[table]);
    return `COPY ${table} (${COPIED[table]}) FROM '${file}'`;
  });
  await client.query(statements.join('; '));
}

/** The parts of the events table for the months that the orders were made in, as far as the server has not made them. */
async function addParts(client: pg.Client, from: number, until: number): Promise<void> {
  for (let month = monthOf(from); month <= until; month = nextMonth(month)) {
    const [year = '', number = ''] = new Date(month).toISOString().split('-');
    const bounds = `FROM ('${firstUuidOf(month)}') TO ('${firstUuidOf(nextMonth(month))}')`;
    await client.query(
      `CREATE TABLE IF NOT EXISTS events_${year}_${number} PARTITION OF events FOR VALUES ${bounds}`,
    );
  }
}

function monthOf(time: number): number {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

function nextMonth(month: number): number {
  const date = new Date(month);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

/** Not above any id of that millisecond: its version is 7 and its variant 2, all else 0. */
function firstUuidOf(ms: number): string {
  return `${ms.toString(16).padStart(12, '0')}${'0'.repeat(20)}`;
}

async function numberOf(client: pg.Client, sql: string, values: readonly string[]): Promise<number> {
  const { rows } = await client.query<{ number: number }>(sql, [...values]);
  return rows[0]?.number ?? Number.NaN;
}
