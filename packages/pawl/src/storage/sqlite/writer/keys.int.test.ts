import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { creation, keyRecord, keysOnly } from '../../contract/samples.ts';
import { openDatabase } from '../database.ts';
import { migrate } from '../migrate.ts';
import { decodeUnits, encodeUnits, type WireUnit } from '../threads/wire.ts';
import { Keys } from './keys.ts';
import { inTransaction } from './transaction.ts';

const LIMIT = 128;
const unit = creation();
let folder: string;
let database: DatabaseSync;
let keys: Keys;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pawl-'));
  database = openDatabase(join(folder, 'pawl.db'), 'write');
  migrate(database);
  keys = new Keys(database);
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

function write(count: number, expiresAt: number): void {
  const records = Array.from({ length: count }, () => keyRecord(unit, { expiresAt }));
  inTransaction(database, () => keys.write(records));
}

function left(): unknown {
  return database.prepare('SELECT count(*) AS n FROM idempotency_keys').get()?.['n'];
}

test('a record is gone at the very millisecond of its expiry, not one before', () => {
  const record = keyRecord(unit, { expiresAt: 1_000 });
  keys.write([record]);
  const [probe] = decodeUnits(encodeUnits([keysOnly(unit.order, [], [record.hash])]));
  expect(keys.taken(probe as WireUnit, 999)).toEqual([record]);
  expect(keys.taken(probe as WireUnit, 1_000)).toEqual([]);
  expect(keys.expire(999, LIMIT)).toBe(0);
  expect(keys.expire(1_000, LIMIT)).toBe(1);
});

test('a few records that live longer keep none of those after them', () => {
  for (let index = 0; index < 20; index++) {
    write(1, 9_000);
    write(50, 1_000);
  }
  expect(keys.expire(1_000, LIMIT)).toBe(LIMIT);
  while (keys.expire(1_000, LIMIT) > 0);
  expect(left()).toBe(20);
  expect(keys.expire(9_000, LIMIT)).toBe(20);
});

test('many records that live longer delay those after them by a few sweeps', () => {
  write(20_000, 9_000);
  write(500, 1_000);
  const sweeps = Array.from({ length: 10 }, () => keys.expire(1_000, LIMIT));
  expect(sweeps.slice(0, 2)).toEqual([0, 0]);
  expect(sweeps.reduce((a, b) => a + b)).toBe(500);
  expect(left()).toBe(20_000);
  // The low end is looked at every time, however far the look behind it has come.
  write(30_000, 9_001);
  expect(keys.expire(1_000, LIMIT)).toBe(0);
  expect(keys.expire(9_000, LIMIT)).toBe(LIMIT);
});

test('an empty table has nothing to sweep, and a new beginning is looked at', () => {
  expect(keys.expire(1_000, LIMIT)).toBe(0);
  write(3_000, 9_000);
  expect(keys.expire(1_000, LIMIT)).toBe(0);
  while (keys.expire(9_000, LIMIT) > 0);
  expect(left()).toBe(0);
  write(1_500, 9_000);
  write(10, 1_000);
  expect(keys.expire(1_000, LIMIT) + keys.expire(1_000, LIMIT)).toBe(10);
});
