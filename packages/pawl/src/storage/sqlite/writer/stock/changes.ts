import { ON_HAND_MAX } from '../../../../order/stock.ts';
import type { StockChange, StockVerdict } from '../../../../ports/store.ts';
import type { Keys } from '../keys.ts';
import type { Balances } from './balances.ts';
import type { Ledger } from './ledger.ts';

/** Changes of what is in the house, asked for by people. Written inside an open transaction. */
export class StockChanges {
  readonly #keys: Keys;
  readonly #balances: Balances;
  readonly #ledger: Ledger;

  constructor(keys: Keys, balances: Balances, ledger: Ledger) {
    this.#keys = keys;
    this.#balances = balances;
    this.#ledger = ledger;
  }

  change(change: StockChange, now: number): StockVerdict {
    const { key } = change;
    const taken = key === null ? undefined : this.#keys.holder(key.hash, now);
    if (taken !== undefined) return { kind: 'key-taken', taken };
    const before = this.#balances.get(change);
    const { onHand, reserved, version } = before ?? { onHand: 0, reserved: 0, version: 0 };
    const delta = change.kind === 'set' ? change.value - onHand : change.value;
    if (onHand + delta < reserved || onHand + delta > ON_HAND_MAX)
      return { kind: 'refused', balance: before };
    // A new SKU begins with a movement, of nothing perhaps: so every balance is the sum of its movements, version included.
    const moves = delta !== 0 || before === undefined;
    const balance = moves
      ? { sku: change.sku, onHand: onHand + delta, reserved, version: version + 1 }
      : before;
    if (moves) this.#ledger.addChange(change, delta, now);
    if (key !== null) this.#keys.write([{ ...key, answer: JSON.stringify(balance) }]);
    // Last: it is in memory, where no savepoint undoes it.
    if (moves) this.#balances.set(change, balance);
    return { kind: 'changed', balance };
  }
}
