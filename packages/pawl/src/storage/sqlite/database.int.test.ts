import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import { inUnsyncedTransaction } from './writer/transaction.ts';

const [NORMAL, FULL] = [1, 2];
let folder: string;
let database: DatabaseSync;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pawl-'));
  database = openDatabase(join(folder, 'pawl.db'), 'write');
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

function synchronous(of = database): unknown {
  return of.prepare('PRAGMA synchronous').get()?.['synchronous'];
}

// Whether a commit was synced shows only when the power fails: the setting is all that a test can see.
test('syncs every commit before it is answered', () => {
  expect(synchronous()).toBe(FULL);
  const checkpointer = openDatabase(join(folder, 'pawl.db'), 'checkpoint');
  expect(synchronous(checkpointer)).toBe(FULL);
  checkpointer.close();
});

test('syncs again after a transaction that did not', () => {
  expect(inUnsyncedTransaction(database, () => synchronous())).toBe(NORMAL);
  expect(synchronous()).toBe(FULL);
});

test('syncs again after a transaction that did not and failed', () => {
  expect(() =>
    inUnsyncedTransaction(database, () => {
      throw new Error('boom');
    }),
  ).toThrow('boom');
  expect(synchronous()).toBe(FULL);
  expect(database.isTransaction).toBe(false);
});
