import type { Sender, Statement } from '../connection/pool.ts';
import type { Month } from '../months.ts';
import { hasTable } from './inspect.ts';

const COLUMNS = 'month, run, table_name, detached_at, orders, events, last_position, file, sha256';
const OF_MONTH: Statement = {
  name: 'archive-parts-of-month',
  text: `SELECT ${COLUMNS} FROM detached_parts WHERE month = $1 ORDER BY run`,
};
const ADD: Statement = {
  name: 'archive-add-part',
  text: `INSERT INTO detached_parts (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL)`,
};
const SEAL: Statement = {
  name: 'archive-seal-part',
  text: 'UPDATE detached_parts SET sha256 = $3 WHERE month = $1 AND run = $2',
};

/** A part that was detached, as the database remembers it. */
export interface DetachedPart {
  /** `2026-01` */
  readonly month: string;
  /** Which time the month's part was detached, from 1. */
  readonly run: number;
  /** The table that it has become, until it is dropped. */
  readonly table: string;
  /** Milliseconds since the epoch. */
  readonly detachedAt: number;
  readonly orders: number;
  readonly events: number;
  /** Of its last event in the feed. */
  readonly lastPosition: number;
  /** The name of its archive. */
  readonly file: string;
  /** Of the archive's bytes; null until it is written and verified. */
  readonly sha256: string | null;
}

/** Every part of the month that was ever detached. */
export async function partsOf(sender: Sender, { text }: Month): Promise<readonly DetachedPart[]> {
  return (await sender.query<PartRow>(OF_MONTH, [text])).map(
    ({ table_name: table, detached_at: detachedAt, last_position: lastPosition, ...rest }) => ({
      ...rest,
      table,
      detachedAt,
      lastPosition,
    }),
  );
}

/** Those whose archive is still to be written or whose table is still there. */
export async function unfinishedParts(sender: Sender, month: Month): Promise<readonly DetachedPart[]> {
  const unfinished: DetachedPart[] = [];
  for (const part of await partsOf(sender, month)) {
    if (part.sha256 === null || (await hasTable(sender, part.table))) unfinished.push(part);
  }
  return unfinished;
}

/** How the next part of the month is named that is detached. */
export async function nextPart(
  sender: Sender,
  month: Month,
): Promise<Pick<DetachedPart, 'month' | 'run' | 'table' | 'file' | 'sha256'>> {
  const run = ((await partsOf(sender, month)).at(-1)?.run ?? 0) + 1;
  const again = run === 1 ? '' : String(run);
  return {
    month: month.text,
    run,
    table: `archived_${month.text.replace('-', '_')}${again && `_${again}`}`,
    file: `events-${month.text}${again && `.${again}`}.ndjson.gz`,
    sha256: null,
  };
}

export async function addPart(sender: Sender, part: DetachedPart): Promise<void> {
  const { month, run, table, detachedAt, orders, events, lastPosition, file } = part;
  await sender.query(ADD, [month, run, table, detachedAt, orders, events, lastPosition, file]);
}

/** Remembers that the archive is written and verified. */
export async function sealPart(sender: Sender, { month, run }: DetachedPart, sha256: string): Promise<void> {
  await sender.query(SEAL, [month, run, sha256]);
}

/** A statement of its own is a transaction: a table is there whole or not at all. */
export async function dropPart(sender: Sender, { table }: DetachedPart): Promise<void> {
  await sender.query({ name: '', text: `DROP TABLE IF EXISTS ${table}` });
}

interface PartRow extends Omit<DetachedPart, 'table' | 'detachedAt' | 'lastPosition'> {
  readonly table_name: string;
  readonly detached_at: number;
  readonly last_position: number;
}
