import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { isOrderId, orderIdToBytes } from '../../../order/order-id.ts';
import type { StockBalance } from '../../../order/stock.ts';
import type { LiveOrder } from '../../../order/work.ts';
import type {
  OrderKey,
  PeekQuery,
  RecordedEvent,
  StockKey,
  StoredDefinition,
  TrailQuery,
  WorkDue,
} from '../../../ports/store.ts';
import { DEFINITIONS_AFTER, type DefinitionRow, definitionOf } from './definitions.ts';
import { LiveOrders } from './live-orders.ts';
import { inSnapshot } from './snapshot.ts';
import { type BalanceRow, balanceOf, LOAD_STOCK } from './stock.ts';
import { Trails } from './trail.ts';
import { WorkPeek } from './work/peek.ts';

const READ_SECRET = "SELECT value FROM meta WHERE name = 'secret'";
/** Links walked on the caller's thread for a page of a trail, about 5 µs each; longer walks go to the reader. */
const WALK_MAX = 200;

/** What the caller's thread reads itself: single rows, for which a message to another thread would cost more than the read. */
export class Points {
  readonly #database: DatabaseSync;
  readonly #orders: LiveOrders;
  readonly #stock: StatementSync;
  readonly #peek: WorkPeek;
  readonly #trails: Trails;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#orders = new LiveOrders(database);
    this.#stock = database.prepare(LOAD_STOCK);
    this.#peek = new WorkPeek(database);
    this.#trails = new Trails(database);
  }

  secret(): string {
    return String(this.#database.prepare(READ_SECRET).get()?.['value']);
  }

  definitions(after: number): readonly StoredDefinition[] {
    const rows = this.#database.prepare(DEFINITIONS_AFTER).all(after);
    return (rows as unknown as DefinitionRow[]).map(definitionOf);
  }

  orders(keys: readonly OrderKey[]): readonly (LiveOrder | undefined)[] {
    return inSnapshot(this.#database, () =>
      keys.map(({ tenant, orderId }) =>
        isOrderId(orderId) ? this.#orders.load(tenant, orderIdToBytes(orderId)) : undefined,
      ),
    );
  }

  balances(keys: readonly StockKey[]): readonly (StockBalance | undefined)[] {
    return inSnapshot(this.#database, () =>
      keys.map(({ tenant, sku }) => {
        const row = this.#stock.get(tenant, sku);
        return row === undefined ? undefined : balanceOf(row as unknown as BalanceRow);
      }),
    );
  }

  workDue(query: PeekQuery, now: number): WorkDue {
    return inSnapshot(this.#database, () => this.#peek.due(query, now));
  }

  /** Undefined if the walk is too long for the caller's thread. */
  nearTrail(query: TrailQuery): readonly RecordedEvent[] | undefined {
    return this.#trails.walkOf(query) <= WALK_MAX ? this.#trails.page(query) : undefined;
  }

  close(): void {
    this.#database.close();
  }
}
