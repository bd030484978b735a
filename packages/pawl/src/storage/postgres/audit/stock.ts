import type { StockBalance } from '../../../order/stock.ts';
import type { StockAudit, StockProblem } from '../../../ports/audit.ts';
import type { StockKey } from '../../../ports/store.ts';
import type { Sender, Statement, Values } from '../connection/pool.ts';
import { ledgerOf, SUMS, type SumsRow, WINDOW_OF_SKU } from './ledger.ts';
import { type AuditedDatabase, openForAudit, type PostgresAuditOptions } from './open.ts';

/** SKUs compared in one statement. */
const PAGE = 100;

/** Balances with what the first movements of each make of it: of most SKUs those are all there are. */
const BALANCES: Statement = {
  name: 'audit-balances',
  text: `SELECT s.tenant, s.sku, s.on_hand AS own_on_hand, s.reserved AS own_reserved, s.version AS own_version, m.*
    FROM (
      SELECT tenant, sku, on_hand, reserved, version FROM stock
      WHERE (tenant, sku) > ($1::integer, $2::text) ORDER BY tenant, sku LIMIT ${PAGE}
    ) s CROSS JOIN LATERAL (
      SELECT ${SUMS} FROM (
        SELECT on_hand, reserved, position FROM stock_movements r WHERE r.tenant = s.tenant AND r.sku = s.sku
        ORDER BY position LIMIT ${WINDOW_OF_SKU}
      ) w
    ) m
    ORDER BY s.tenant, s.sku`,
};
/** SKUs that have movements and no balance: of each SKU one look at the index, however many movements it has. */
const WITHOUT_BALANCE: Statement = {
  name: 'audit-unbalanced',
  text: `WITH RECURSIVE w (tenant, sku, n) AS (
      (SELECT tenant, sku, 1 FROM stock_movements
        WHERE (tenant, sku) > ($1::integer, $2::text) ORDER BY tenant, sku LIMIT 1)
      UNION ALL
      SELECT m.tenant, m.sku, w.n + 1 FROM w CROSS JOIN LATERAL (
        SELECT r.tenant, r.sku FROM stock_movements r WHERE (r.tenant, r.sku) > (w.tenant, w.sku) ORDER BY r.tenant, r.sku LIMIT 1
      ) m WHERE w.n < ${PAGE}
    )
    SELECT w.tenant, w.sku, s.sku IS NOT NULL AS known FROM w
    LEFT JOIN stock s ON s.tenant = w.tenant AND s.sku = w.sku ORDER BY w.n`,
};

const BEFORE_SKUS: Values = [-1, ''];

interface BalanceRow extends StockKey, SumsRow {
  readonly own_on_hand: number;
  readonly own_reserved: number;
  readonly own_version: number;
}

/**
 * Opens a database for the verification of its stock, beside the nodes that use it. Memory: some dozens of SKUs.
 * @throws StoreUnavailableError if it cannot be reached, or has another schema than this program reads.
 */
export async function openPostgresStockAudit(options: PostgresAuditOptions): Promise<StockAudit> {
  return new Audit(await openForAudit(options));
}

class Audit implements StockAudit {
  readonly repairsInUse = true;
  readonly #database: AuditedDatabase;
  #skus = 0;
  #movements = 0;

  constructor(database: AuditedDatabase) {
    this.#database = database;
  }

  get skus(): number {
    return this.#skus;
  }

  get movements(): number {
    return this.#movements;
  }

  async *problems(): AsyncGenerator<StockProblem> {
    this.#skus = 0;
    this.#movements = 0;
    for await (const row of paged<BalanceRow>(this.#database, BALANCES)) {
      this.#skus++;
      const { tenant, sku } = row;
      const isAll = row.version < WINDOW_OF_SKU;
      const { balance, ledger } = isAll ? comparedIn(row) : await ledgerOf(this.#database, { tenant, sku });
      this.#movements += ledger?.version ?? 0;
      if (!isSame(balance, ledger)) yield { tenant, sku, balance, ledger };
    }
    for await (const { tenant, sku, known } of paged<StockKey & { known: boolean }>(
      this.#database,
      WITHOUT_BALANCE,
    )) {
      if (known) continue;
      const { balance, ledger } = await ledgerOf(this.#database, { tenant, sku });
      this.#movements += ledger?.version ?? 0;
      if (!isSame(balance, ledger)) yield { tenant, sku, balance, ledger };
    }
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

/** Rows by SKU, page by page. */
async function* paged<R extends StockKey>(sender: Sender, statement: Statement): AsyncGenerator<R> {
  for (let after = BEFORE_SKUS; ; ) {
    const rows = await sender.query<R>(statement, after);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = [last.tenant, last.sku];
  }
}

function comparedIn(row: BalanceRow): { balance: StockBalance; ledger: StockBalance | null } {
  const { sku, own_on_hand: onHand, own_reserved: reserved, own_version: version } = row;
  const ledger =
    row.version === 0 ? null : { sku, onHand: row.on_hand, reserved: row.reserved, version: row.version };
  return { balance: { sku, onHand, reserved, version }, ledger };
}

function isSame(balance: StockBalance | null, ledger: StockBalance | null): boolean {
  return (
    balance?.onHand === ledger?.onHand &&
    balance?.reserved === ledger?.reserved &&
    balance?.version === ledger?.version
  );
}
