import { resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { RepairedStock } from '../../../ports/audit.ts';
import type { StockKey } from '../../../ports/store.ts';
import { openDatabase } from '../database.ts';
import { storeError } from '../errors.ts';
import { holdExclusively } from '../lock.ts';
import { WRITE_BALANCE } from '../writer/stock/balances.ts';
import { inTransaction } from '../writer/transaction.ts';
import { openForAudit } from './open.ts';
import { ledgerBalance, SUM_OF_SKU, type SumsRow } from './stock.ts';

const REMOVE = 'DELETE FROM stock WHERE tenant = ? AND sku = ?';

/**
 * Makes the balances of the SKUs what their movements say, all in one transaction. The ledger is believed: it is added up
 * again here, since a problem that was found beside a running process is as old as the walk that found it.
 * @throws StoreUnavailableError if the file is in use, of another schema, or cannot be written.
 */
export function repairSqliteStock(path: string, skus: readonly StockKey[]): readonly RepairedStock[] {
  const file = resolve(path);
  requireDatabase(file);
  const release = holdExclusively(file);
  try {
    return withDatabase(file, (database) =>
      inTransaction(database, () => skus.map((key) => repair(database, key))),
    );
  } catch (error) {
    throw storeError(`cannot repair ${path}`, error);
  } finally {
    release();
  }
}

/** Before anything is opened for writing, which would create what is not there. */
function requireDatabase(file: string): void {
  try {
    openForAudit(file).close();
  } catch (error) {
    throw storeError(`cannot repair ${file}`, error);
  }
}

function withDatabase<T>(path: string, use: (database: DatabaseSync) => T): T {
  const database = openDatabase(path, 'write');
  try {
    return use(database);
  } finally {
    database.close();
  }
}

function repair(database: DatabaseSync, { tenant, sku }: StockKey): RepairedStock {
  const sums = database.prepare(SUM_OF_SKU).get(tenant, sku, 0) as unknown as SumsRow;
  const balance = ledgerBalance(sku, sums);
  if (balance === null) database.prepare(REMOVE).run(tenant, sku);
  else database.prepare(WRITE_BALANCE).run(tenant, sku, balance.onHand, balance.reserved, balance.version);
  return { tenant, sku, balance };
}
