import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { copyDatabase, logBytes, readLogState } from './sqlite-log.ts';

let dir: string;
let path: string;
let database: DatabaseSync;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pawl-log-'));
  path = join(dir, 'a.db');
  database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (n)');
});
afterEach(() => {
  database.close();
  rmSync(dir, { recursive: true, force: true });
});

function insert(rows: number): void {
  for (let row = 0; row < rows; row++) database.exec(`INSERT INTO t VALUES (${row})`);
}

/** How many rows a copy has whose log ends there. */
function rowsOfCopy(bytes: number): unknown {
  const copy = join(dir, 'b.db');
  copyDatabase(path, copy, { index: false });
  truncateSync(`${copy}-wal`, bytes);
  const opened = new DatabaseSync(copy);
  const rows = opened.prepare('SELECT count(*) AS n FROM t').get()?.['n'];
  opened.close();
  return rows;
}

it('knows which part of a log is in the database file already, and where its commits end', () => {
  insert(3);
  const reader = new DatabaseSync(path);
  reader.exec('BEGIN; SELECT count(*) FROM t');
  insert(4);
  // Not beyond what the reader still sees.
  database.exec('PRAGMA wal_checkpoint(PASSIVE)');
  const { neededBytes, usedBytes, frameBytes } = readLogState(path);
  expect(usedBytes).toBe(logBytes(path));
  expect([usedBytes, neededBytes, usedBytes - frameBytes].map(rowsOfCopy)).toEqual([7, 3, 6]);
  reader.close();
});
