import { expect } from 'vitest';
import type { OrderMovement, StockBalance, StockEntry } from '../../../order/stock.ts';
import type { RecordedMovement, StockChange, StockVerdict, UnitVerdict } from '../../../ports/store.ts';
import { creation, withStock } from '../samples.ts';
import type { StoreUnderTest } from '../subject.ts';

export const COMMITTED = { kind: 'committed' };
export const CHANGED = { kind: 'stock-changed' };

/** What the tests do with the stock of the store under test, and what they look at. Of tenant 1, unless it is said. */
export interface Warehouse {
  change(
    sku: string,
    kind: StockChange['kind'],
    value: number,
    options?: Partial<StockChange>,
  ): Promise<StockVerdict>;
  /** Puts pieces into the house. */
  stock(pieces: Readonly<Record<string, number>>): Promise<void>;
  balance(sku: string, tenant?: number): Promise<StockBalance | undefined>;
  /** On hand, reserved and version of each SKU. */
  figures(...skus: string[]): Promise<unknown[]>;
  ledger(sku: string, tenant?: number): Promise<readonly RecordedMovement[]>;
  /** Commits one unit with these entries for a new order. */
  commit(...entries: StockEntry[]): Promise<UnitVerdict>;
}

export function warehouseOn(subject: StoreUnderTest): Warehouse {
  async function change(
    sku: string,
    kind: StockChange['kind'],
    value: number,
    options: Partial<StockChange> = {},
  ): Promise<StockVerdict> {
    const plain = { tenant: 1, sku, kind, value, reason: null, actor: 1, commandId: fresh(), key: null };
    return subject.store.changeStock({ ...plain, ...options });
  }

  async function stock(pieces: Readonly<Record<string, number>>): Promise<void> {
    for (const [sku, onHand] of Object.entries(pieces)) {
      expect(await change(sku, 'set', onHand)).toMatchObject({ kind: 'changed' });
    }
  }

  async function balance(sku: string, tenant = 1): Promise<StockBalance | undefined> {
    return (await subject.store.loadStock([{ tenant, sku }]))[0];
  }

  async function figures(...skus: string[]): Promise<unknown[]> {
    const balances = await subject.store.loadStock(skus.map((sku) => ({ tenant: 1, sku })));
    return balances.map((one) => one && [one.onHand, one.reserved, one.version]);
  }

  async function ledger(sku: string, tenant = 1): Promise<readonly RecordedMovement[]> {
    return subject.store.movements({ tenant, sku, before: null, limit: 100 });
  }

  async function commit(...entries: StockEntry[]): Promise<UnitVerdict> {
    return (await subject.store.commit([withStock(creation(), ...entries)]))[0] as UnitVerdict;
  }

  return { change, stock, balance, figures, ledger, commit };
}

export function move(
  kind: OrderMovement['kind'],
  sku: string,
  qty: number,
  effectKey = fresh(),
): OrderMovement {
  return { kind, sku, qty, effectKey };
}

export function enough(sku: string, qty: number): StockEntry {
  return { kind: 'enough', sku, qty };
}

export function short(sku: string, qty: number): StockEntry {
  return { kind: 'short', sku, qty };
}

let given = 0;

/** Command ids and effect keys are never used twice. */
function fresh(): string {
  given++;
  return `fresh-${given}`;
}
