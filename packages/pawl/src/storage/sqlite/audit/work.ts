import type { DatabaseSync } from 'node:sqlite';
import { orderIdFromBytes } from '../../../order/order-id.ts';
import type { WorkProblem } from '../../../ports/audit.ts';
import { FLAG_BLOCKED, FLAG_TASKS, FLAG_TIMERS } from '../threads/wire.ts';

const OF_NO_ORDER = `SELECT DISTINCT w.tenant, w.order_id AS id FROM {table} w
  LEFT JOIN orders o ON o.tenant = w.tenant AND o.id = w.order_id WHERE o.id IS NULL`;
const ORDERS = `SELECT o.tenant, o.id, o.flags,
    EXISTS (SELECT 1 FROM tasks t WHERE t.tenant = o.tenant AND t.order_id = o.id) AS tasks,
    EXISTS (SELECT 1 FROM tasks t WHERE t.tenant = o.tenant AND t.order_id = o.id AND t.dead = 1) AS dead,
    EXISTS (SELECT 1 FROM timers t WHERE t.tenant = o.tenant AND t.order_id = o.id) AS timers
  FROM orders o WHERE (o.tenant, o.id) > (?, ?) ORDER BY o.tenant, o.id LIMIT ?`;

/** Orders looked at in one read, and between two looks at what else there is to do. */
const PAGE = 1_000;

/** What each flag of a row says that the order has. */
const FLAGS = [
  [FLAG_TASKS, 'tasks', 'tasks'],
  [FLAG_BLOCKED, 'dead', 'dead-tasks'],
  [FLAG_TIMERS, 'timers', 'timers'],
] as const;

interface OrderRow {
  readonly tenant: number;
  readonly id: Uint8Array;
  readonly flags: number;
  readonly tasks: number;
  readonly dead: number;
  readonly timers: number;
}

/** Walks all orders and all open work. Each order is compared within one read: the database may be in use. */
export async function* workProblems(database: DatabaseSync): AsyncIterable<WorkProblem> {
  for (const table of ['tasks', 'timers'] as const) {
    const rows = database.prepare(OF_NO_ORDER.replace('{table}', table)).all() as unknown as OrderRow[];
    for (const { tenant, id } of rows)
      yield { tenant, orderId: orderIdFromBytes(id), kind: `${table}-without-order` };
  }
  const orders = database.prepare(ORDERS);
  for (let after: Pick<OrderRow, 'tenant' | 'id'> = { tenant: -1, id: new Uint8Array(0) }; ; ) {
    const page = orders.all(after.tenant, after.id, PAGE) as unknown as readonly OrderRow[];
    for (const row of page) yield* problemsOf(row);
    after = page.at(-1) ?? after;
    if (page.length < PAGE) return;
  }
}

function* problemsOf(row: OrderRow): Iterable<WorkProblem> {
  for (const [flag, column, what] of FLAGS) {
    const said = (row.flags & flag) !== 0;
    if (said === (row[column] === 1)) continue;
    yield {
      tenant: row.tenant,
      orderId: orderIdFromBytes(row.id),
      kind: `${what}-${said ? 'missing' : 'unnoticed'}`,
    };
  }
}
