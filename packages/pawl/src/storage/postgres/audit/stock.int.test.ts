import { describe, expect, it } from 'vitest';
import type { StockProblem } from '../../../ports/audit.ts';
import type { StockChange, Store } from '../../../ports/store.ts';
import { creation, withStock } from '../../contract/samples.ts';
import { openPostgresStockAudit, repairPostgresStock } from '../index.ts';
import { usePostgres } from '../test/postgres.ts';

const postgres = usePostgres();
const options = () => ({
  url: postgres.url,
  schema: postgres.schema,
});

/** A-1 has 10, of which 3 are reserved; B-1 has 5; C-1 is known and has none. */
async function seed(): Promise<Store> {
  const store = await postgres.open();
  for (const [sku, value] of [
    ['A-1', 10],
    ['B-1', 5],
    ['C-1', 0],
  ] as const)
    await store.changeStock(stocked(sku, value));
  const unit = creation();
  const effectKey = `${unit.orderId}:1:0`;
  const moves = withStock(unit, { kind: 'reserve', sku: 'A-1', qty: 3, effectKey });
  expect(await store.commit([moves])).toEqual([{ kind: 'committed' }]);
  return store;
}

function stocked(sku: string, value: number): StockChange {
  const commandId = `set ${sku} ${value}`;
  return { tenant: 1, sku, kind: 'set', value, reason: null, actor: 0, commandId, key: null };
}

async function problems(): Promise<StockProblem[]> {
  const audit = await openPostgresStockAudit(options());
  const found: StockProblem[] = [];
  for await (const problem of audit.problems()) found.push(problem);
  await audit.close();
  return found;
}

const A1 = { sku: 'A-1', onHand: 10, reserved: 3, version: 2 };
const B1 = { sku: 'B-1', onHand: 5, reserved: 0, version: 1 };

describe('the audit of stock', () => {
  it('finds that every balance is the sum of its movements, and counts both', async () => {
    await seed();
    const audit = await openPostgresStockAudit(options());
    for await (const problem of audit.problems()) expect(problem).toBeUndefined();
    expect([audit.skus, audit.movements, audit.repairsInUse]).toEqual([3, 4, true]);
    await audit.close();
  });

  it.each([
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
    [
      'movements that are gone',
      "DELETE FROM stock_movements WHERE sku = 'B-1'",
      { balance: B1, ledger: null },
    ],
  ])('finds %s, and repairs it by the ledger beside a node', async (_, sql, expected) => {
    const store = await seed();
    await postgres.sql(sql);
    const found = await problems();
    expect(found).toEqual([{ tenant: 1, sku: (expected.balance ?? expected.ledger)?.sku, ...expected }]);
    const [{ sku }] = found as [StockProblem];
    expect(await repairPostgresStock(options(), found)).toEqual([
      { tenant: 1, sku, balance: expected.ledger },
    ]);
    expect(await problems()).toEqual([]);
    expect(await store.loadStock([{ tenant: 1, sku }])).toEqual([expected.ledger ?? undefined]);
  });

  it('tells tenants apart, pages through more SKUs than one read holds, and adds up more movements', async () => {
    await seed();
    await postgres.sql(`
      INSERT INTO stock SELECT 2, 'S' || i, i, 0, 1 FROM generate_series(1, 250) i;
      INSERT INTO stock_movements (tenant, sku, kind, on_hand, reserved, effect_key, at, actor)
        SELECT tenant, sku, 'set', on_hand, 0, sku, 0, 0 FROM stock WHERE tenant = 2;
      INSERT INTO stock_movements (tenant, sku, kind, on_hand, reserved, effect_key, at, actor)
        SELECT 3, sku, 'adjust', 1, 0, sku || i, 0, 0 FROM generate_series(1, 40001) i CROSS JOIN (VALUES ('M'), ('N'), ('O')) t (sku);
      INSERT INTO stock VALUES (3, 'M', 40001, 0, 40001), (3, 'N', 40000, 0, 40001);
      UPDATE stock SET on_hand = 0 WHERE tenant = 2 AND sku IN ('S1', 'S250')`);
    const found = await problems();
    expect(
      found.map(({ tenant, sku, balance, ledger }) => [tenant, sku, balance?.onHand, ledger?.onHand]),
    ).toEqual([
      [2, 'S1', 0, 1],
      [2, 'S250', 0, 250],
      [3, 'N', 40_000, 40_001],
      [3, 'O', undefined, 40_001],
    ]);
  }, 60_000);

  it('finds nothing false while stock moves, nor does a repair lose what moves meanwhile', async () => {
    const nodes = [await seed(), await postgres.open()];
    let isOver = false;
    let moved = 0;
    const skus = ['A-1', 'B-1', 'C-1', 'D-1'];
    const work = async (store: Store) => {
      while (!isOver) {
        const sku = skus[moved++ % skus.length] as string;
        const change = { ...stocked(sku, 1), kind: 'adjust' as const, commandId: `${moved}` };
        expect(await store.changeStock(change)).toMatchObject({ kind: 'changed' });
        const unit = creation();
        const reserve = { kind: 'reserve', sku, qty: 1, effectKey: `${unit.orderId}:1:0` } as const;
        await store.commit([withStock(unit, reserve)]);
      }
    };
    const working = Promise.all([...nodes, ...nodes].map(work));
    try {
      const keys = skus.map((sku) => ({ tenant: 1, sku }));
      for (let round = 0; round < 8; round++) {
        expect(await problems()).toEqual([]);
        expect(await repairPostgresStock(options(), keys.toReversed())).toMatchObject(keys);
      }
    } finally {
      isOver = true;
      await working;
    }
    expect(moved).toBeGreaterThan(20);
    expect(await problems()).toEqual([]);
  }, 60_000);

  it('repairs nothing where there is nothing of ours', async () => {
    await expect(repairPostgresStock(options(), [])).rejects.toThrow(/has nothing of Pawl/);
    await expect(openPostgresStockAudit(options())).rejects.toThrow(/has nothing of Pawl/);
  });
});

describe('a change of stock', () => {
  it('makes the row again that a repair has removed while it waited', async () => {
    const store = await seed();
    await postgres.sql("DELETE FROM stock_movements WHERE sku = 'B-1'");
    await postgres.sql(`CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.5); RETURN OLD; END $$;
      CREATE TRIGGER slowly BEFORE DELETE ON stock FOR EACH ROW EXECUTE FUNCTION slowly()`);
    const repaired = repairPostgresStock(options(), [{ tenant: 1, sku: 'B-1' }]);
    await expect
      .poll(() => postgres.sql("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'DELETE FROM stock %'"))
      .toHaveLength(1);
    expect(await store.changeStock({ ...stocked('B-1', 2), commandId: 'later' })).toMatchObject({
      balance: { onHand: 2, version: 1 },
    });
    expect(await repaired).toEqual([{ tenant: 1, sku: 'B-1', balance: null }]);
    expect(await problems()).toEqual([]);
  });
});
