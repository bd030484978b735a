import type { DatabaseSync } from 'node:sqlite';
import { ON_HAND_MAX, type StockBalance } from '../../../../order/stock.ts';
import type { StockChange, StockVerdict } from '../../../../ports/store.ts';
import type { Keys } from '../keys.ts';
import { inTransaction } from '../transaction.ts';
import type { Balances } from './balances.ts';
import type { Ledger } from './ledger.ts';

/** Changes of what is in the house, asked for by people: few, each in a transaction of its own. */
export class StockChanges {
  readonly #database: DatabaseSync;
  readonly #keys: Keys;
  readonly #balances: Balances;
  readonly #ledger: Ledger;

  constructor(database: DatabaseSync, keys: Keys, balances: Balances, ledger: Ledger) {
    this.#database = database;
    this.#keys = keys;
    this.#balances = balances;
    this.#ledger = ledger;
  }

  change(change: StockChange, now: number): StockVerdict {
    try {
      return inTransaction(this.#database, () => this.#changed(change, now));
    } finally {
      this.#balances.forget();
    }
  }

  #changed(change: StockChange, now: number): StockVerdict {
    const { key } = change;
    const taken = key === null ? undefined : this.#keys.holder(key.hash, now);
    if (taken !== undefined) return { kind: 'key-taken', taken };
    const before = this.#balances.get(change);
    const delta = change.kind === 'set' ? change.value - (before?.onHand ?? 0) : change.value;
    const onHand = (before?.onHand ?? 0) + delta;
    if (onHand < (before?.reserved ?? 0) || onHand > ON_HAND_MAX) return { kind: 'refused', balance: before };
    const balance = delta === 0 && before !== undefined ? before : this.#write(change, before, delta, now);
    if (key !== null) this.#keys.write([{ ...key, answer: JSON.stringify(balance) }]);
    return { kind: 'changed', balance };
  }

  /** A new SKU begins with a movement, of nothing perhaps: so every balance is the sum of its movements, version included. */
  #write(change: StockChange, before: StockBalance | undefined, delta: number, now: number): StockBalance {
    const { onHand, reserved, version } = before ?? { onHand: 0, reserved: 0, version: 0 };
    const balance = { sku: change.sku, onHand: onHand + delta, reserved, version: version + 1 };
    this.#ledger.addChange(change, delta, now);
    this.#balances.set(change, balance);
    this.#balances.flush();
    return balance;
  }
}
