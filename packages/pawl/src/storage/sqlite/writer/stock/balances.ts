import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { deltaOf, type OrderMovement, type StockBalance, type StockEntry } from '../../../../order/stock.ts';
import type { StockKey, UnitVerdict } from '../../../../ports/store.ts';
import { type BalanceRow, balanceOf, LOAD_STOCK } from '../../reader/stock.ts';
import type { WireUnit } from '../../threads/wire.ts';
import type { Ledger } from './ledger.ts';

export const WRITE_BALANCE = `INSERT INTO stock (tenant, sku, on_hand, reserved, version) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (tenant, sku) DO UPDATE SET on_hand = excluded.on_hand, reserved = excluded.reserved, version = excluded.version`;

/** What a unit makes of the stock that it names, not written yet. */
export interface StockPlan {
  readonly balances: ReadonlyMap<string, StockBalance>;
  readonly movements: readonly OrderMovement[];
}

type Refusal = Extract<UnitVerdict, { kind: 'stock-changed' | 'failed' }>;

interface Held {
  readonly tenant: number;
  /** Undefined for a SKU that was never in stock. */
  readonly balance: StockBalance | undefined;
  readonly changed: boolean;
}

/**
 * The balances that a transaction has touched: each is read once, judged and moved here by one unit after the other, and
 * written once at the end, however many orders share the SKU. Lives for one transaction: `forget` comes before and after it.
 */
export class Balances {
  readonly #ledger: Ledger;
  readonly #read: StatementSync;
  readonly #write: StatementSync;
  readonly #held = new Map<string, Held>();

  constructor(database: DatabaseSync, ledger: Ledger) {
    this.#ledger = ledger;
    this.#read = database.prepare(LOAD_STOCK);
    this.#write = database.prepare(WRITE_BALANCE);
  }

  /** Judges a unit's entries in turn and changes nothing. */
  plan(unit: WireUnit, entries: readonly StockEntry[]): StockPlan | Refusal {
    const balances = new Map<string, StockBalance>();
    const movements: OrderMovement[] = [];
    for (const entry of entries) {
      const balance = balances.get(entry.sku) ?? this.get({ tenant: unit.tenant, sku: entry.sku });
      if ('effectKey' in entry) movements.push(entry);
      if (!holds(entry, balance)) return this.#refusal(unit, entries, movements);
      if ('effectKey' in entry && balance !== undefined) balances.set(entry.sku, moved(balance, entry));
    }
    return { balances, movements };
  }

  /** Writes the movements. The balances are taken over last: when nothing of the unit can fail any more. */
  apply({ tenant, orderId }: WireUnit, { balances, movements }: StockPlan, now: number): void {
    for (const movement of movements) this.#ledger.addOrderMovement(tenant, orderId, movement, now);
    for (const [sku, balance] of balances) this.set({ tenant, sku }, balance);
  }

  get({ tenant, sku }: StockKey): StockBalance | undefined {
    const key = `${tenant} ${sku}`;
    const held = this.#held.get(key);
    if (held !== undefined) return held.balance;
    const row = this.#read.get(tenant, sku) as unknown as BalanceRow | undefined;
    const balance = row === undefined ? undefined : balanceOf(row);
    this.#held.set(key, { tenant, balance, changed: false });
    return balance;
  }

  set({ tenant, sku }: StockKey, balance: StockBalance): void {
    this.#held.set(`${tenant} ${sku}`, { tenant, balance, changed: true });
  }

  /** Writes what has changed, at the end of the transaction. */
  flush(): void {
    for (const { tenant, balance, changed } of this.#held.values()) {
      if (changed && balance !== undefined)
        this.#write.run(tenant, balance.sku, balance.onHand, balance.reserved, balance.version);
    }
  }

  forget(): void {
    this.#held.clear();
  }

  /** An effect that has moved the SKU before is an alarm, and no shortage that a new decision could answer. */
  #refusal(unit: WireUnit, entries: readonly StockEntry[], movements: readonly OrderMovement[]): Refusal {
    const again = movements.find((movement) => this.#ledger.has(movement));
    if (again !== undefined)
      return { kind: 'failed', cause: new Error(`${again.effectKey} has moved ${again.sku} before`) };
    const skus = [...new Set(entries.map(({ sku }) => sku))];
    return {
      kind: 'stock-changed',
      balances: skus.flatMap((sku) => this.get({ tenant: unit.tenant, sku }) ?? []),
    };
  }
}

/** What was never in stock is not available. */
function holds(entry: StockEntry, balance: StockBalance | undefined): boolean {
  const { onHand, reserved } = balance ?? { onHand: 0, reserved: 0 };
  switch (entry.kind) {
    case 'short':
      return onHand - reserved < entry.qty;
    case 'enough':
    case 'reserve':
      return onHand - reserved >= entry.qty;
    case 'release':
    case 'ship':
      return reserved >= entry.qty;
  }
}

function moved({ sku, onHand, reserved, version }: StockBalance, movement: OrderMovement): StockBalance {
  const delta = deltaOf(movement);
  return { sku, onHand: onHand + delta.onHand, reserved: reserved + delta.reserved, version: version + 1 };
}
