import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StockProblem } from '../../../ports/audit.ts';
import type { StockChange } from '../../../ports/store.ts';
import { creation, withStock } from '../../contract/samples.ts';
import { openSqliteStockAudit, openSqliteStore, repairSqliteStock } from '../index.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pawl-'));
  path = join(folder, 'pawl.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A-1 has 10, of which 3 are reserved; B-1 has 5; C-1 is known and has none. */
async function seed(): Promise<void> {
  const store = openSqliteStore({ path });
  await Promise.all([stocked('A-1', 10), stocked('B-1', 5), stocked('C-1', 0)].map(store.changeStock, store));
  const unit = creation();
  const effectKey = `${unit.orderId}:1:0`;
  const moves = withStock(unit, { kind: 'reserve', sku: 'A-1', qty: 3, effectKey });
  expect(await store.commit([moves])).toEqual([{ kind: 'committed' }]);
  await store.close();
}

function stocked(sku: string, value: number, tenant = 1): StockChange {
  return {
    tenant,
    sku,
    kind: 'set',
    value,
    reason: null,
    actor: 0,
    commandId: `set ${sku} ${tenant}`,
    key: null,
  };
}

function tamper(sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

async function problems(): Promise<StockProblem[]> {
  const audit = openSqliteStockAudit(path);
  const found: StockProblem[] = [];
  for await (const problem of audit.problems()) found.push(problem);
  await audit.close();
  return found;
}

const A1 = { sku: 'A-1', onHand: 10, reserved: 3, version: 2 };
const B1 = { sku: 'B-1', onHand: 5, reserved: 0, version: 1 };

test('every balance is the sum of its movements', async () => {
  await seed();
  const audit = openSqliteStockAudit(path);
  expect([audit.skus, audit.movements]).toEqual([3, 4]);
  await audit.close();
  expect(await problems()).toEqual([]);
});

test.each([
  [
    'a balance with too few',
    "UPDATE stock SET on_hand = 9 WHERE sku = 'A-1'",
    { balance: { ...A1, onHand: 9 }, ledger: A1 },
  ],
  [
    'pieces reserved for nobody',
    "UPDATE stock SET reserved = 4 WHERE sku = 'A-1'",
    { balance: { ...A1, reserved: 4 }, ledger: A1 },
  ],
  [
    'a version that no movement raised',
    "UPDATE stock SET version = 7 WHERE sku = 'B-1'",
    { balance: { ...B1, version: 7 }, ledger: B1 },
  ],
  ['a balance that is gone', "DELETE FROM stock WHERE sku = 'A-1'", { balance: null, ledger: A1 }],
  ['movements that are gone', "DELETE FROM stock_movements WHERE sku = 'B-1'", { balance: B1, ledger: null }],
])('finds %s, and repairs it by the ledger', async (_, sql, expected) => {
  await seed();
  tamper(sql);
  const found = await problems();
  expect(found).toEqual([{ tenant: 1, sku: (expected.balance ?? expected.ledger)?.sku, ...expected }]);
  const [{ sku }] = found as [StockProblem];
  expect(repairSqliteStock(path, found)).toEqual([{ tenant: 1, sku, balance: expected.ledger }]);
  expect(await problems()).toEqual([]);
  const store = openSqliteStore({ path });
  expect(await store.loadStock([{ tenant: 1, sku }])).toEqual([expected.ledger ?? undefined]);
  await store.close();
});

test('tells tenants apart, and pages through more SKUs than one read holds', async () => {
  await seed();
  tamper(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
    INSERT INTO stock SELECT 2, 'S' || i, i, 0, 1 FROM n;
    INSERT INTO stock_movements (tenant, sku, kind, on_hand, reserved, effect_key, at, actor)
      SELECT tenant, sku, 'set', on_hand, 0, sku, 0, 0 FROM stock WHERE tenant = 2;
    UPDATE stock SET on_hand = 0 WHERE tenant = 2 AND sku IN ('S1', 'S2500')`);
  expect((await problems()).map(({ tenant, sku }) => [tenant, sku])).toEqual([
    [2, 'S1'],
    [2, 'S2500'],
  ]);
});

test('may be walked while stock moves', async () => {
  await seed();
  const audit = openSqliteStockAudit(path);
  const store = openSqliteStore({ path });
  await store.changeStock({ ...stocked('A-1', 20), commandId: 'later' });
  await store.changeStock(stocked('D-1', 1));
  for await (const problem of audit.problems()) expect(problem).toBeUndefined();
  await audit.close();
  await store.close();
});

test('is repaired by nobody while the file is in use, and not where there is none', async () => {
  expect(() => repairSqliteStock(path, [])).toThrow(/cannot repair/);
  expect(existsSync(path)).toBe(false);
  await seed();
  const store = openSqliteStore({ path });
  expect(() => repairSqliteStock(path, [])).toThrow(/in use/);
  await store.close();
});
