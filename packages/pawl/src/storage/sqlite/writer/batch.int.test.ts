import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { creation, keyRecord, step, withKeys } from '../../contract/samples.ts';
import { openDatabase } from '../database.ts';
import { storeError } from '../errors.ts';
import { migrate } from '../migrate.ts';
import { decodeUnits, encodeUnits } from '../threads/wire.ts';
import { Batch, CallFailed, type CommitCall } from './batch.ts';
import { Interned } from './interned.ts';
import { Keys } from './keys.ts';
import { Moves } from './moves.ts';
import { Room } from './room.ts';
import { Balances } from './stock/balances.ts';
import { Ledger } from './stock/ledger.ts';
import { Units } from './units.ts';

let folder: string;
let database: DatabaseSync;
let moves: Moves;
let batch: Batch;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pawl-'));
  database = openDatabase(join(folder, 'pawl.db'), 'write');
  migrate(database);
  prepare();
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

function prepare(): void {
  const interned = new Interned(database);
  moves = new Moves(database, new Int32Array(1), new Room(database, folder, null));
  const balances = new Balances(database, new Ledger(database));
  const units = new Units(database, new Keys(database), interned, balances);
  batch = new Batch({ database, units, interned, balances, moves });
}

function call(...units: Parameters<typeof encodeUnits>[0]): CommitCall {
  return { now: 0, units: decodeUnits(encodeUnits(units)) };
}

function placed(): unknown[] {
  return database
    .prepare(
      'SELECT status, count(*) AS n FROM orders_by_place JOIN places USING (place) GROUP BY status ORDER BY status',
    )
    .all();
}

test('a full disk rejects the whole batch, leaves nothing behind, and is forgotten once there is room', () => {
  const pages = Number(database.prepare('PRAGMA page_count').get()?.['page_count']);
  database.exec(`PRAGMA max_page_count = ${pages + 4}`);
  const units = Array.from({ length: 200 }, () => creation({ status: 'NEW' }));
  let error: unknown;
  try {
    batch.commit([call(...units)]);
  } catch (thrown) {
    error = thrown;
  }
  expect(storeError('commit', error).message).toMatch(/the disk is full/);
  expect(database.prepare('SELECT count(*) AS n FROM orders').get()).toEqual({ n: 0 });
  database.exec('PRAGMA max_page_count = 1000000');
  expect(batch.commit([call(...units)])).toEqual([units.map(() => ({ kind: 'committed' }))]);
  moves.settle();
  expect(placed()).toEqual([{ status: 'NEW', n: 200 }]);
});

test('a run of moves that a crash cut short is made good at the next start', () => {
  const units = Array.from({ length: 5_000 }, () => creation());
  batch.commit([call(...units)]);
  moves.proceed();
  batch.commit([call(...units.map(({ order }) => step(order, 'PAID')))]);
  moves.proceed();
  expect(placed()).not.toEqual([{ status: 'PAID', n: 5_000 }]);
  prepare();
  expect(placed()).toEqual([{ status: 'PAID', n: 5_000 }]);
});

test('a unit that fails after its order was written leaves no move behind', () => {
  const [good, bad] = [creation({ status: 'NEW' }), creation({ status: 'NEW' })];
  const unwritable = keyRecord(bad, { orderId: null as unknown as string });
  const [verdicts] = batch.commit([call(good, withKeys(bad, unwritable))]);
  expect(verdicts?.map(({ kind }) => kind)).toEqual(['committed', 'failed']);
  moves.settle();
  expect(placed()).toEqual([{ status: 'NEW', n: 1 }]);
});

test('a call that cannot be written fails alone, without what it had begun', () => {
  const tenants = () => database.prepare('SELECT name FROM tenants').all();
  const add = (name: string | null) => ({
    write: () => {
      database.prepare('INSERT INTO tenants (name) VALUES (?)').run(`${name}-first`);
      return database.prepare('INSERT INTO tenants (name) VALUES (?)').run(name).changes;
    },
  });
  const answers = batch.commit([add('a'), call(creation()), add(null), add('b')]);
  expect(answers).toEqual([1, [{ kind: 'committed' }], expect.any(CallFailed), 1]);
  expect(tenants().map(({ name }) => name)).toEqual(['a-first', 'a', 'b-first', 'b']);
});
