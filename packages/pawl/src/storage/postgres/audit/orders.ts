import type { FeedProblem, OrderAudit, StrayBody, StrayEvent, WorkProblem } from '../../../ports/audit.ts';
import type { StoredDefinition } from '../../../ports/store.ts';
import { hexOfUuid } from '../connection/order-uuid.ts';
import { NOW } from '../connection/server-clock.ts';
import { SmallNumbers } from '../connection/small-numbers.ts';
import { firstUuidOf } from '../months.ts';
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
  bound: 'id',
  found: `SELECT count(*) AS n, max(id::text COLLATE "C") AS newest FROM w`,
});
const LAST_ID = 'f'.repeat(32);

/**
 * Opens a database for verification, beside the nodes that use it. Each order is verified as it is when the walk comes to it, and
 * no transaction is longer than a statement. Memory: the events of some dozens of orders, and the keys of a million events while the
 * feed is walked.
 * @throws StoreUnavailableError if it cannot be reached, or has another schema than this program reads.
 */
export async function openPostgresAudit(options: PostgresAuditOptions): Promise<OrderAudit> {
  const database = await openForAudit(options);
  try {
    return new Audit(database, await extentOf(database));
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** What there is to walk. */
interface Extent {
  readonly orders: number;
  /** Not below the id of any order, nor of one that was made by now and is gone. What comes later is left to the next audit. */
  readonly until: string;
}

async function extentOf(database: AuditedDatabase): Promise<Extent> {
  const [clock] = await database.query<{ now: number }>(NOW);
  let until = firstUuidOf((clock?.now ?? 0) + 1);
  let orders = 0;
  const windows = walkWindows<{ n: number; newest: string }>(database, COUNT, BEFORE_ORDERS, LAST_ID);
  for await (const { n, newest } of windows) {
    orders += n;
    const id = hexOfUuid(newest);
    if (id > until) until = id;
  }
  return { orders, until };
}

class Audit implements OrderAudit {
  readonly orders: number;
  readonly #database: AuditedDatabase;
  readonly #until: string;

  constructor(database: AuditedDatabase, { orders, until }: Extent) {
    this.#database = database;
    this.orders = orders;
    this.#until = until;
  }

  each(): ReturnType<OrderAudit['each']> {
    return auditedOrders(this.#database, new SmallNumbers(this.#database), this.#until);
  }

  strays(): AsyncIterable<StrayEvent> {
    return strayEvents(this.#database, this.#until);
  }

  strayBodies(): AsyncIterable<StrayBody> {
    return strayBodies(this.#database, this.#until);
  }

  workProblems(): AsyncIterable<WorkProblem> {
    return workProblems(this.#database, this.#until);
  }

  feedProblems(): AsyncIterable<FeedProblem> {
    return feedProblems(this.#database, this.#until);
  }

  definitions(): Promise<readonly StoredDefinition[]> {
    return definitionsAfter(this.#database, 0);
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}
