import type { Chance } from 'pawl/testing';

/** An order, as somebody was last told of it. */
export interface KnownOrder {
  readonly id: string;
  readonly workflow: string;
  version: number;
  status: string;
}

/** Orders that may be acted on: the newest ones, so that many act on the same. */
const KNOWN_MAX = 250;

/** What all clients together know: so several of them act on one order at once. */
export class OrdersKnown {
  readonly #orders: KnownOrder[] = [];
  #added = 0;

  get added(): number {
    return this.#added;
  }

  add(order: KnownOrder): void {
    this.#orders[this.#added++ % KNOWN_MAX] = order;
  }

  pick(chance: Chance): KnownOrder | undefined {
    return this.#orders.length === 0 ? undefined : chance.pick(this.#orders);
  }
}
