import type { StockBalance, StockEntry } from '../../order/stock.ts';
import type { Store } from '../../ports/store.ts';

/** SKUs remembered: beyond it the book starts anew. */
const SKUS_MAX = 100_000;

/**
 * What is believed to be available, over all lanes: committed balances and what units on their way have taken. A decision
 * rests on it, but no answer does: the store judges each assertion again, in the transaction.
 */
export class StockBook {
  readonly #store: Store;
  readonly #available = new Map<string, number>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** 0 for what is not in the book: read it first. */
  available(tenant: number, sku: string): number {
    return this.#available.get(`${tenant} ${sku}`) ?? 0;
  }

  /** Brings what is missing into the book; with `again`, what is there too. */
  async read(tenant: number, skus: Iterable<string>, again: boolean): Promise<void> {
    const wanted = [...new Set(skus)].filter((sku) => again || !this.#available.has(`${tenant} ${sku}`));
    if (wanted.length === 0) return;
    const balances = await this.#store.loadStock(wanted.map((sku) => ({ tenant, sku })));
    for (const [index, sku] of wanted.entries()) this.#set(tenant, sku, balances[index]);
  }

  /** What a unit on its way takes, and gives back with `sign` −1 if it was not written. */
  move(tenant: number, entries: readonly StockEntry[], sign: 1 | -1): void {
    for (const entry of entries) {
      if (entry.kind !== 'reserve' && entry.kind !== 'release') continue;
      const key = `${tenant} ${entry.sku}`;
      const known = this.#available.get(key);
      const taken = entry.kind === 'reserve' ? entry.qty : -entry.qty;
      if (known !== undefined) this.#available.set(key, known - sign * taken);
    }
  }

  /** What the store said it is. */
  correct(tenant: number, balances: readonly StockBalance[]): void {
    for (const balance of balances) this.#set(tenant, balance.sku, balance);
  }

  /** Read again before it is next asked for. */
  forget(tenant: number, sku: string): void {
    this.#available.delete(`${tenant} ${sku}`);
  }

  #set(tenant: number, sku: string, balance: StockBalance | undefined): void {
    if (this.#available.size >= SKUS_MAX) this.#available.clear();
    this.#available.set(`${tenant} ${sku}`, balance === undefined ? 0 : balance.onHand - balance.reserved);
  }
}
