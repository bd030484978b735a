import { ON_HAND_MAX } from '../../../order/stock.ts';
import type { StockChange, StockVerdict } from '../../../ports/store.ts';
import type { Pool, Sender, Statement } from '../connection/pool.ts';
import { balanceOf } from '../reader/stock.ts';
import { answerKey, keepKey } from './keys.ts';

/** A SKU that was never in stock gets a row, so that there is something to lock; its version says that it is new. */
export const ADD_SKU: Statement = {
  name: 'add-sku',
  text: 'INSERT INTO stock (tenant, sku, on_hand, reserved, version) VALUES ($1, $2, 0, 0, 0) ON CONFLICT DO NOTHING',
};
export const LOCK_SKU: Statement = {
  name: 'lock-sku',
  text: 'SELECT sku, on_hand, reserved, version FROM stock WHERE tenant = $1 AND sku = $2 FOR NO KEY UPDATE',
};
const MOVE: Statement = {
  name: 'move-sku',
  text: 'UPDATE stock SET on_hand = on_hand + $3, version = version + 1 WHERE tenant = $1 AND sku = $2',
};
const RECORD: Statement = {
  name: 'record-movement',
  text: `INSERT INTO stock_movements (tenant, sku, kind, on_hand, reserved, effect_key, order_id, at, actor, reason)
    VALUES ($1, $2, $3, $4, 0, $5, NULL, $6, $7, $8)`,
};
const REMOVE_NEW: Statement = {
  name: 'remove-new-sku',
  text: 'DELETE FROM stock WHERE tenant = $1 AND sku = $2 AND version = 0',
};

/** Times that a row is made which is gone when it is to be locked: once is rare. */
const LOCK_TRIES = 3;

interface Row {
  readonly sku: string;
  readonly on_hand: number;
  readonly reserved: number;
  readonly version: number;
}

/** Changes what is in the house, as people ask for it. */
export async function changeStock(pool: Pool, change: StockChange, now: number): Promise<StockVerdict> {
  return pool.transaction(async (sender) => {
    const { key } = change;
    const taken = key === null ? null : await keepKey(sender, key, now);
    if (taken !== null) return { kind: 'key-taken', taken };
    const verdict = await move(sender, change, now);
    // A refusal is not this call's to keep.
    if (key !== null)
      await answerKey(sender, key.hash, verdict.kind === 'changed' ? JSON.stringify(verdict.balance) : null);
    return verdict;
  });
}

async function move(
  sender: Sender,
  change: StockChange,
  now: number,
): Promise<Extract<StockVerdict, { kind: 'changed' | 'refused' }>> {
  const { tenant, sku, kind, value, commandId, actor, reason } = change;
  const row = await lock(sender, tenant, sku);
  const { on_hand: onHand, reserved, version } = row;
  const isNew = version === 0;
  const delta = kind === 'set' ? value - onHand : value;
  if (onHand + delta < reserved || onHand + delta > ON_HAND_MAX) {
    await sender.query(REMOVE_NEW, [tenant, sku]);
    return { kind: 'refused', balance: isNew ? undefined : balanceOf(row) };
  }
  if (delta === 0 && !isNew) return { kind: 'changed', balance: balanceOf(row) };
  // A new SKU begins with a movement, of nothing perhaps: so every balance is the sum of its movements, version included.
  await sender.query(MOVE, [tenant, sku, delta]);
  await sender.query(RECORD, [tenant, sku, kind, delta, commandId, now, actor, reason]);
  return { kind: 'changed', balance: { sku, onHand: onHand + delta, reserved, version: version + 1 } };
}

/** The row of a SKU, locked. A repair may have removed it while this waited for it: then it is made again. */
async function lock(sender: Sender, tenant: number, sku: string): Promise<Row> {
  for (let tries = 1; ; tries++) {
    await sender.query(ADD_SKU, [tenant, sku]);
    const [row] = await sender.query<Row>(LOCK_SKU, [tenant, sku]);
    if (row !== undefined) return row;
    if (tries === LOCK_TRIES) throw new Error(`the row of ${sku} is gone`);
  }
}
