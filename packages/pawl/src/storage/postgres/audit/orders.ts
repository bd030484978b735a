import type { FeedProblem, OrderAudit, StrayBody, StrayEvent, WorkProblem } from '../../../ports/audit.ts';
import type { StoredDefinition } from '../../../ports/store.ts';
import { SmallNumbers } from '../connection/small-numbers.ts';
import { definitionsAfter } from '../writer/registry.ts';
import { auditedOrders } from './chains.ts';
import { feedProblems } from './feed/problems.ts';
import { type AuditedDatabase, openForAudit, type PostgresAuditOptions } from './open.ts';
import { strayBodies, strayEvents } from './strays.ts';
import { BEFORE_ORDERS, ORDER_KEY, walkWindows, windowStatement } from './windows.ts';
import { workProblems } from './work.ts';

const COUNT = windowStatement({
  name: 'audit-count',
  table: 'orders',
  key: ORDER_KEY,
  found: 'SELECT count(*) AS n FROM w',
});

/**
 * Opens a database for verification, beside the nodes that use it. Each order is verified as it is when the walk comes to it, and
 * no transaction is longer than a statement. Memory: the events of some dozens of orders, and the keys of a million events while the
 * feed is walked.
 * @throws StoreUnavailableError if it cannot be reached, or has another schema than this program reads.
 */
export async function openPostgresAudit(options: PostgresAuditOptions): Promise<OrderAudit> {
  const database = await openForAudit(options);
  try {
    let orders = 0;
    for await (const { n } of walkWindows<{ n: number }>(database, COUNT, BEFORE_ORDERS)) orders += n;
    return new Audit(database, orders);
  } catch (error) {
    await database.close();
    throw error;
  }
}

class Audit implements OrderAudit {
  readonly orders: number;
  readonly #database: AuditedDatabase;

  constructor(database: AuditedDatabase, orders: number) {
    this.#database = database;
    this.orders = orders;
  }

  each(): ReturnType<OrderAudit['each']> {
    return auditedOrders(this.#database, new SmallNumbers(this.#database));
  }

  strays(): AsyncIterable<StrayEvent> {
    return strayEvents(this.#database);
  }

  strayBodies(): AsyncIterable<StrayBody> {
    return strayBodies(this.#database);
  }

  workProblems(): AsyncIterable<WorkProblem> {
    return workProblems(this.#database);
  }

  feedProblems(): AsyncIterable<FeedProblem> {
    return feedProblems(this.#database);
  }

  definitions(): Promise<readonly StoredDefinition[]> {
    return definitionsAfter(this.#database, 0);
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}
