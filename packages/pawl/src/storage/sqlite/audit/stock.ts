import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { StockBalance } from '../../../order/stock.ts';
import type { StockAudit, StockProblem } from '../../../ports/audit.ts';
import type { StockKey } from '../../../ports/store.ts';
import { inSnapshot } from '../reader/snapshot.ts';
import { type BalanceRow, balanceOf } from '../reader/stock.ts';
import { openForAudit } from './open.ts';

const HEAD = 'SELECT coalesce(max(position), 0) AS position FROM stock_movements';
const SUMS = 'sum(on_hand) AS on_hand, sum(reserved) AS reserved, count(*) AS version';
const SUM_WINDOW = `SELECT tenant, sku, ${SUMS} FROM stock_movements WHERE position > ? AND position <= ? GROUP BY tenant, sku`;
/** What the movements of one SKU after a position make of it. */
export const SUM_OF_SKU = `SELECT ${SUMS} FROM stock_movements WHERE tenant = ? AND sku = ? AND position > ?`;
const BALANCES =
  'SELECT tenant, sku, on_hand, reserved, version FROM stock WHERE (tenant, sku) > (?, ?) ORDER BY tenant, sku LIMIT ?';

/** Movements added up in one read. */
const WINDOW = 50_000;
/** Balances compared in one read. */
const PAGE = 1_000;

export interface SumsRow {
  readonly on_hand: number | null;
  readonly reserved: number | null;
  readonly version: number;
}

interface KeyedRow extends BalanceRow {
  readonly tenant: number;
}

/**
 * Opens a database for the verification of its stock, read-only: beside a running process, or a copy. Memory: a few numbers for
 * each SKU.
 */
export function openSqliteStockAudit(path: string): StockAudit {
  return new Audit(openForAudit(path));
}

class Audit implements StockAudit {
  readonly repairsInUse = false;
  readonly skus: number;
  readonly movements: number;
  readonly #database: DatabaseSync;
  readonly #after: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#after = database.prepare(SUM_OF_SKU);
    this.skus = Number(database.prepare('SELECT count(*) AS n FROM stock').get()?.['n']);
    this.movements = Number(database.prepare(HEAD).get()?.['position']);
  }

  async *problems(): AsyncIterable<StockProblem> {
    // First the movements up to a position, in many short reads; then each balance with those after it, in one read of both.
    const sums = this.#sums();
    const balances = this.#database.prepare(BALANCES);
    for (let after: StockKey = { tenant: -1, sku: '' }; ; ) {
      const page = inSnapshot(this.#database, () => {
        const rows = balances.all(after.tenant, after.sku, PAGE) as unknown as readonly KeyedRow[];
        return rows.map((row) => ({ row, ledger: this.#ledgerOf(row, sums) }));
      });
      for (const { row, ledger } of page) {
        sums.delete(keyOf(row));
        const balance = balanceOf(row);
        if (!isSame(balance, ledger)) yield { tenant: row.tenant, sku: row.sku, balance, ledger };
      }
      after = page.at(-1)?.row ?? after;
      if (page.length < PAGE) break;
    }
    for (const row of sums.values())
      yield { tenant: row.tenant, sku: row.sku, balance: null, ledger: this.#ledgerOf(row, sums) };
  }

  async close(): Promise<void> {
    this.#database.close();
  }

  #sums(): Map<string, KeyedRow> {
    const sums = new Map<string, KeyedRow>();
    const window = this.#database.prepare(SUM_WINDOW);
    for (let from = 0; from < this.movements; from += WINDOW) {
      const until = Math.min(from + WINDOW, this.movements);
      for (const row of window.all(from, until) as unknown as readonly KeyedRow[]) {
        const earlier = sums.get(keyOf(row));
        sums.set(keyOf(row), earlier === undefined ? row : { ...row, ...added(earlier, row) });
      }
    }
    return sums;
  }

  #ledgerOf(key: StockKey, sums: ReadonlyMap<string, KeyedRow>): StockBalance | null {
    const late = this.#after.get(key.tenant, key.sku, this.movements) as unknown as SumsRow;
    return ledgerBalance(key.sku, added(sums.get(keyOf(key)), late));
  }
}

/** What a SKU's movements make of it; null where there are none. */
export function ledgerBalance(sku: string, { on_hand, reserved, version }: SumsRow): StockBalance | null {
  return version === 0 ? null : { sku, onHand: on_hand ?? 0, reserved: reserved ?? 0, version };
}

function added(one: SumsRow | undefined, other: SumsRow) {
  return {
    on_hand: (one?.on_hand ?? 0) + (other.on_hand ?? 0),
    reserved: (one?.reserved ?? 0) + (other.reserved ?? 0),
    version: (one?.version ?? 0) + other.version,
  };
}

function isSame(balance: StockBalance, ledger: StockBalance | null): boolean {
  return (
    balance.onHand === ledger?.onHand &&
    balance.reserved === ledger.reserved &&
    balance.version === ledger.version
  );
}

function keyOf({ tenant, sku }: StockKey): string {
  return `${tenant} ${sku}`;
}
