import { balanceText, type StockBalance } from '../../order/stock.ts';
import type { StockKey } from '../../ports/store.ts';
import type { AuditTools } from './beat.ts';

/** Movements added up at once. */
const MOVEMENTS_AT_ONCE = 100;
/** Times that a balance is read until nothing has moved meanwhile. One that always moves has its turn in the next walk. */
const TRIES_MAX = 3;

/** A balance, and the movement up to which it is the sum. */
interface Standing {
  readonly balance: StockBalance | undefined;
  readonly newest: number;
}

/**
 * Compares one balance with the sum of its movements. Yields how many it has added, so that others have their turn; returns what
 * is wrong. Movements never change, so that more may come while they are read.
 */
export async function* auditSku(tools: AuditTools, key: StockKey): AsyncGenerator<number, readonly string[]> {
  const standing = await standingOf(tools, key);
  if (standing?.balance === undefined) return [];
  const { balance, newest } = standing;
  const sum = { sku: key.sku, onHand: 0, reserved: 0, version: 0 };
  for (let before: number | undefined = newest + 1; before !== undefined; ) {
    const page = await tools.store.movements({ ...key, before, limit: MOVEMENTS_AT_ONCE });
    for (const { onHand, reserved } of page) {
      sum.onHand += onHand;
      sum.reserved += reserved;
      sum.version++;
    }
    before = page.length < MOVEMENTS_AT_ONCE ? undefined : page.at(-1)?.position;
    yield page.length;
  }
  const ledger = sum.version === 0 ? null : sum;
  if (balanceText(balance) === balanceText(ledger)) return [];
  return [`${balanceText(balance)}, but its movements make ${balanceText(ledger)}`];
}

/** Undefined if the SKU moved at each try. */
async function standingOf({ store }: AuditTools, key: StockKey): Promise<Standing | undefined> {
  let newest = await newestOf(store, key);
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const [balance] = await store.loadStock([key]);
    const now = await newestOf(store, key);
    if (now === newest) return { balance, newest };
    newest = now;
  }
  return undefined;
}

/** The position of the newest movement; 0 if there is none. */
async function newestOf(store: AuditTools['store'], key: StockKey): Promise<number> {
  return (await store.movements({ ...key, before: null, limit: 1 }))[0]?.position ?? 0;
}
