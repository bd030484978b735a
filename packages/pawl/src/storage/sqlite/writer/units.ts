import type { DatabaseSync } from 'node:sqlite';
import { orderIdToBytes } from '../../../order/order-id.ts';
import type { UnitVerdict } from '../../../ports/store.ts';
import { LiveOrders } from '../reader/live-orders.ts';
import type { WireUnit } from '../threads/wire.ts';
import type { WireWork } from '../threads/wire-work.ts';
import type { Interned } from './interned.ts';
import type { Keys } from './keys.ts';
import type { Move } from './moves.ts';
import { Orders, type Present } from './orders.ts';
import type { Balances, StockPlan } from './stock/balances.ts';
import { Tasks } from './work/tasks.ts';
import { Timers } from './work/timers.ts';

const COMMITTED: UnitVerdict = { kind: 'committed' };

/** What every check has let pass; `stock` is null for a unit without entries. */
interface Writable {
  readonly kind: 'writable';
  readonly stock: StockPlan | null;
}
const WRITABLE: Writable = { kind: 'writable', stock: null };

/**
 * Checks and writes units one after the other inside an open transaction. All checks of a unit come before its first write,
 * so that a unit with another verdict than committed has left nothing behind; and each unit sees those before it, so that
 * of two with the same key, external id or last piece the first wins.
 */
export class Units {
  readonly #keys: Keys;
  readonly #balances: Balances;
  readonly #live: LiveOrders;
  readonly #orders: Orders;
  readonly #tasks: Tasks;
  readonly #timers: Timers;

  constructor(database: DatabaseSync, keys: Keys, interned: Interned, balances: Balances) {
    this.#keys = keys;
    this.#balances = balances;
    this.#live = new LiveOrders(database);
    this.#orders = new Orders(database, interned);
    this.#tasks = new Tasks(database);
    this.#timers = new Timers(database);
  }

  /** Appends the move of a committed unit to `moves`. */
  write(unit: WireUnit, now: number, moves: Move[]): UnitVerdict {
    const taken = this.#keys.taken(unit, now);
    if (taken.length > 0) return { kind: 'key-taken', taken };
    const { order } = unit;
    if (order === null) {
      this.#keys.write(unit.keys);
      return COMMITTED;
    }
    const id = orderIdToBytes(unit.orderId);
    const present = this.#orders.find(unit.tenant, id);
    const verdict = this.#judge(unit, id, present);
    if (verdict.kind !== 'writable') return verdict;
    moves.push(this.#orders.write(unit, order, id, present));
    this.#keys.write(unit.keys);
    if (unit.work !== null) this.#writeWork(unit, unit.work, id, now, verdict);
    return COMMITTED;
  }

  #judge(unit: WireUnit, id: Uint8Array, present: Present | undefined): UnitVerdict | Writable {
    const { work } = unit;
    if ((present?.version ?? 0) !== unit.expectedVersion || (work !== null && !this.#fits(unit, work, id)))
      return { kind: 'conflict', current: this.#live.load(unit.tenant, id) };
    const owner = this.#orders.ownerOfExternalId(unit);
    if (owner !== undefined && owner !== unit.orderId) return { kind: 'external-id-taken', orderId: owner };
    if (work === null || work.stock.length === 0) return WRITABLE;
    const stock = this.#balances.plan(unit, work.stock);
    return 'kind' in stock ? stock : { kind: 'writable', stock };
  }

  /** Whether the rows that the unit changes are as it takes them to be. */
  #fits(unit: WireUnit, { tasks, timers }: WireWork, id: Uint8Array): boolean {
    return this.#tasks.fit(unit, tasks) && this.#timers.fit(unit.tenant, id, timers);
  }

  /** The stock comes last: its new balances are in memory until the end of the transaction, where no savepoint undoes them. */
  #writeWork(unit: WireUnit, work: WireWork, id: Uint8Array, now: number, { stock }: Writable): void {
    this.#tasks.write(unit, work.tasks);
    this.#timers.write(unit.tenant, id, work.timers);
    if (stock !== null) this.#balances.apply(unit, stock, now);
  }
}
