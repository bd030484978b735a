import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { orderIdToBytes } from '../../../../order/order-id.ts';
import type { LiveOrder } from '../../../../order/work.ts';
import type { DeadLetterQuery } from '../../../../ports/store.ts';
import { LiveOrders } from '../live-orders.ts';
import { inSnapshot } from '../snapshot.ts';

/** Blocked orders and those that await review. The planner would read all orders of the tenant instead. */
export const FOR_OPERATORS = `SELECT o.id FROM orders o INDEXED BY orders_for_operators CROSS JOIN places p ON p.place = o.place
  WHERE o.tenant = :tenant AND o.flags & 6 AND o.id > :after
    AND (:workflow IS NULL OR p.workflow = :workflow) AND (:status IS NULL OR p.status = :status)
  ORDER BY o.id LIMIT :limit`;

const BEFORE_ALL = new Uint8Array(0);

/** Reads on one connection what waits for people. */
export class DeadLetters {
  readonly #database: DatabaseSync;
  readonly #ids: StatementSync;
  readonly #orders: LiveOrders;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#ids = database.prepare(FOR_OPERATORS);
    this.#orders = new LiveOrders(database);
  }

  page({ tenant, workflow, status, after, limit }: DeadLetterQuery): readonly LiveOrder[] {
    const filter = { tenant, workflow: workflow ?? null, status: status ?? null };
    const from = after === null ? BEFORE_ALL : orderIdToBytes(after);
    return inSnapshot(this.#database, () =>
      this.#ids
        .all({ ...filter, after: from, limit })
        .flatMap(({ id }) => this.#orders.load(tenant, id as Uint8Array) ?? []),
    );
  }
}
