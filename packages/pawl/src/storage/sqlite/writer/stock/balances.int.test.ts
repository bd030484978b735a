import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LiveOrder } from '../../../../order/work.ts';
import type { Unit } from '../../../../ports/store.ts';
import { creation, keyRecord, step, withKeys, withStock } from '../../../contract/samples.ts';
import { openDatabase } from '../../database.ts';
import { migrate } from '../../migrate.ts';
import { decodeUnits, encodeUnits } from '../../threads/wire.ts';
import { Batch } from '../batch.ts';
import { Interned } from '../interned.ts';
import { Keys } from '../keys.ts';
import { Moves } from '../moves.ts';
import { Room } from '../room.ts';
import { Units } from '../units.ts';
import { Balances } from './balances.ts';
import { Ledger } from './ledger.ts';

let folder: string;
let database: DatabaseSync;
let batch: Batch;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pawl-'));
  database = openDatabase(join(folder, 'pawl.db'), 'write');
  migrate(database);
  const interned = new Interned(database);
  const balances = new Balances(database, new Ledger(database));
  const units = new Units(database, new Keys(database), interned, balances);
  const moves = new Moves(database, new Int32Array(1), new Room(database, folder, null));
  batch = new Batch({ database, units, interned, balances, moves });
  database.exec("INSERT INTO stock VALUES (1, 'A-1', 5, 0, 1)");
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

function reserving(qty: number, unit: Unit & { order: LiveOrder } = creation(), effect = 'e') {
  const effectKey = `${unit.orderId}:${effect}`;
  return withStock(unit, { kind: 'reserve', sku: 'A-1', qty, effectKey });
}

/** The kinds of the verdicts of calls that share a transaction. */
function kindsOf(...calls: Unit[][]): string[][] {
  const wired = calls.map((units) => ({ now: 7, units: decodeUnits(encodeUnits(units)) }));
  return batch.commit(wired).map((verdicts) => verdicts.map(({ kind }) => kind));
}

function stock(): unknown {
  return { ...database.prepare("SELECT on_hand, reserved, version FROM stock WHERE sku = 'A-1'").get() };
}

function ledger(): unknown {
  return database
    .prepare('SELECT reserved FROM stock_movements ORDER BY position')
    .all()
    .map(({ reserved }) => reserved);
}

test('a SKU that many orders of a transaction share is written once', () => {
  database.exec(`CREATE TABLE writes (n INTEGER);
    CREATE TRIGGER counted AFTER UPDATE ON stock BEGIN INSERT INTO writes VALUES (1); END`);
  const kinds = kindsOf([reserving(1), reserving(2)], [reserving(3), reserving(2)]);
  expect(kinds).toEqual([
    ['committed', 'committed'],
    ['stock-changed', 'committed'],
  ]);
  expect(stock()).toEqual({ on_hand: 5, reserved: 5, version: 4 });
  expect(ledger()).toEqual([1, 2, 2]);
  expect(database.prepare('SELECT count(*) AS n FROM writes').get()).toEqual({ n: 1 });
});

test('a SKU that was only looked at is not written', () => {
  database.exec('CREATE TRIGGER never BEFORE UPDATE ON stock BEGIN SELECT RAISE(ABORT, "written"); END');
  const looking = withStock(creation(), { kind: 'enough', sku: 'A-1', qty: 5 });
  expect(kindsOf([looking, reserving(6)])).toEqual([['committed', 'stock-changed']]);
});

test('a second movement of an effect fails its unit alone, and moves nothing', () => {
  const first = reserving(1);
  expect(kindsOf([first])).toEqual([['committed']]);
  const again = reserving(1, step(first.order, 'PAID'));
  expect(kindsOf([reserving(1), again, reserving(2)])).toEqual([['committed', 'failed', 'committed']]);
  expect(stock()).toEqual({ on_hand: 5, reserved: 4, version: 4 });
  expect(ledger()).toEqual([1, 1, 2]);
});

test('a second movement of an effect is an alarm also where the stock would not suffice for it', () => {
  const first = reserving(5);
  kindsOf([first]);
  expect(kindsOf([reserving(5, step(first.order, 'PAID'))])).toEqual([['failed']]);
  expect(kindsOf([reserving(5, step(first.order, 'PAID'), 'other')])).toEqual([['stock-changed']]);
});

test('a unit that fails at its last write takes nothing from the stock', () => {
  const bad = creation();
  const unwritable = withKeys(reserving(4, bad), keyRecord(bad, { orderId: null as unknown as string }));
  expect(kindsOf([unwritable, reserving(3)])).toEqual([['failed', 'committed']]);
  expect(stock()).toEqual({ on_hand: 5, reserved: 3, version: 2 });
  expect(ledger()).toEqual([3]);
});

test('a movement that cannot be written takes nothing from the stock', () => {
  expect(kindsOf([reserving(0.5), reserving(5)])).toEqual([['failed', 'committed']]);
  expect(stock()).toEqual({ on_hand: 5, reserved: 5, version: 2 });
});

test('a batch that was rolled back is forgotten', () => {
  const pages = Number(database.prepare('PRAGMA page_count').get()?.['page_count']);
  database.exec(`PRAGMA max_page_count = ${pages + 4}`);
  expect(() => kindsOf([reserving(5), ...Array.from({ length: 200 }, () => creation())])).toThrow();
  database.exec('PRAGMA max_page_count = 1000000');
  expect(stock()).toEqual({ on_hand: 5, reserved: 0, version: 1 });
  expect(kindsOf([reserving(4)])).toEqual([['committed']]);
  expect(stock()).toEqual({ on_hand: 5, reserved: 4, version: 2 });
});
