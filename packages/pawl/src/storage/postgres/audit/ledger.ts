import type { StockBalance } from '../../../order/stock.ts';
import type { StockKey } from '../../../ports/store.ts';
import type { Sender, Statement } from '../connection/pool.ts';
import { balanceOf } from '../reader/stock.ts';

/** Movements of one SKU that are added up where those of many SKUs are. */
export const WINDOW_OF_SKU = 1_000;
/** Movements of one SKU that are added up in one statement, some tens of milliseconds. */
const WINDOW = 20_000;

/** What rows of movements make together, and the last of them. */
export const SUMS = `coalesce(sum(on_hand), 0)::bigint AS on_hand, coalesce(sum(reserved), 0)::bigint AS reserved,
  count(*) AS version, max(position) AS last`;

/** The next movements of a SKU with its balance, both of one moment. */
const WINDOW_SUMS: Statement = {
  name: 'audit-ledger',
  text: `SELECT m.*, s.sku, s.on_hand AS own_on_hand, s.reserved AS own_reserved, s.version AS own_version FROM (
      SELECT ${SUMS} FROM (
        SELECT on_hand, reserved, position FROM stock_movements
        WHERE tenant = $1 AND sku = $2 AND position > $3 ORDER BY position LIMIT ${WINDOW}
      ) w
    ) m LEFT JOIN stock s ON s.tenant = $1 AND s.sku = $2`,
};

export interface SumsRow {
  readonly on_hand: number;
  readonly reserved: number;
  /** How many movements: each raises the version of its SKU by one. */
  readonly version: number;
  /** The position of the last; null if there are none. */
  readonly last: number | null;
}

interface WindowRow extends SumsRow {
  readonly own_on_hand: number | null;
  readonly own_reserved: number;
  readonly own_version: number;
}

/** A balance, and what its movements make; null where there is none. */
export interface Compared {
  readonly balance: StockBalance | null;
  readonly ledger: StockBalance | null;
}

/**
 * Adds up the movements of one SKU, window by window, the last one together with the balance. A movement is written under the lock of its
 * SKU: those of one SKU become visible in the order of their positions, and none comes before one that was counted.
 */
export async function ledgerOf(sender: Sender, { tenant, sku }: StockKey): Promise<Compared> {
  const sum = { sku, onHand: 0, reserved: 0, version: 0 };
  for (let after = 0; ; ) {
    const [row] = await sender.query<WindowRow>(WINDOW_SUMS, [tenant, sku, after]);
    if (row === undefined) throw new Error('a sum of nothing is still a row');
    sum.onHand += row.on_hand;
    sum.reserved += row.reserved;
    sum.version += row.version;
    after = row.last ?? after;
    if (row.version === WINDOW) continue;
    const { own_on_hand, own_reserved, own_version } = row;
    const own = { sku, on_hand: own_on_hand ?? 0, reserved: own_reserved, version: own_version };
    return {
      balance: own_on_hand === null ? null : balanceOf(own),
      ledger: sum.version === 0 ? null : sum,
    };
  }
}
