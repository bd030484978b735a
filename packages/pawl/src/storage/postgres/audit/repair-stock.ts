import type { RepairedStock } from '../../../ports/audit.ts';
import type { StockKey } from '../../../ports/store.ts';
import { isTransient, storeError } from '../connection/errors.ts';
import type { Sender, Statement } from '../connection/pool.ts';
import { ADD_SKU, LOCK_SKU } from '../writer/stock-changes.ts';
import { ledgerOf } from './ledger.ts';
import { openPool, type PostgresAuditOptions } from './open.ts';

const WRITE: Statement = {
  name: 'repair-sku',
  text: 'UPDATE stock SET on_hand = $3, reserved = $4, version = $5 WHERE tenant = $1 AND sku = $2',
};
const REMOVE: Statement = {
  name: 'remove-sku',
  text: 'DELETE FROM stock WHERE tenant = $1 AND sku = $2',
};
/** Times that the transaction is tried: a SKU that sells all the time may keep it from its lock for once. */
const TRIES = 5;

/**
 * Makes the balances of the SKUs what their movements say, all in one transaction, beside nodes that use the database. The ledger is
 * believed: it is added up again under the locks of the SKUs, since a problem that was found is as old as the walk that found it.
 * @throws StoreUnavailableError if the database cannot be reached, or has another schema; nothing was written then.
 */
export async function repairPostgresStock(
  options: PostgresAuditOptions,
  skus: readonly StockKey[],
): Promise<readonly RepairedStock[]> {
  const pool = await openPool(options, false);
  const sorted = skus.toSorted(bySku);
  try {
    for (let tries = 1; ; tries++) {
      try {
        return await pool.transaction((sender) => repairAll(sender, sorted));
      } catch (error) {
        if (tries === TRIES || !isTransient(error)) throw storeError('repairing stock', error);
      }
    }
  } finally {
    await pool.close();
  }
}

async function repairAll(sender: Sender, skus: readonly StockKey[]): Promise<readonly RepairedStock[]> {
  const repaired: RepairedStock[] = [];
  for (const key of skus) repaired.push(await repair(sender, key));
  return repaired;
}

/** A SKU whose balance is gone gets a row first, so that there is something to lock. */
async function repair(sender: Sender, { tenant, sku }: StockKey): Promise<RepairedStock> {
  await sender.query(ADD_SKU, [tenant, sku]);
  await sender.query(LOCK_SKU, [tenant, sku]);
  const { ledger } = await ledgerOf(sender, { tenant, sku });
  if (ledger === null) await sender.query(REMOVE, [tenant, sku]);
  else await sender.query(WRITE, [tenant, sku, ledger.onHand, ledger.reserved, ledger.version]);
  return { tenant, sku, balance: ledger };
}

/** As commits take their locks: who waits for whom never goes round. */
function bySku(one: StockKey, other: StockKey): number {
  return one.tenant - other.tenant || Buffer.compare(Buffer.from(one.sku), Buffer.from(other.sku));
}
