import type { WorkProblem } from '../../../ports/audit.ts';
import { orderOfUuid } from '../connection/order-uuid.ts';
import type { Sender, Statement } from '../connection/pool.ts';
import { FLAG_AWAITS_REVIEW, FLAG_BLOCKED, FLAG_TASKS, FLAG_TIMERS } from '../rows/flags.ts';
import { BEFORE_ORDERS, ORDER_KEY, OWNER_KEY, walkWindows, windowStatement } from './windows.ts';

/** Orders that have rows of the table, and are not there. */
function ownersStatement(table: 'tasks' | 'timers'): Statement {
  return windowStatement({
    name: `audit-${table}`,
    table,
    key: OWNER_KEY,
    bound: 'order_id',
    distinct: true,
    found: `SELECT w.tenant, w.order_id AS id
      FROM w LEFT JOIN orders o ON o.tenant = w.tenant AND o.id = w.order_id WHERE o.id IS NULL`,
  });
}
const WITHOUT_ORDER = { tasks: ownersStatement('tasks'), timers: ownersStatement('timers') } as const;

/** One row is enough. The limit keeps the table from being read whole, to be looked up in memory. */
const anyOf = (table: string, which = 'true') =>
  `LEFT JOIN LATERAL (SELECT true AS there FROM ${table} r WHERE r.tenant = w.tenant AND r.order_id = w.id AND ${which} LIMIT 1)`;
/** What flags say of an order, and what there is. */
const MISFITS = windowStatement({
  name: 'audit-flags',
  table: 'orders',
  key: ORDER_KEY,
  bound: 'id',
  columns: ['flags', 'attention'],
  found: `SELECT * FROM (
      SELECT w.tenant, w.id,
        w.flags & ${FLAG_TASKS} <> 0 AS says_tasks, t.there IS TRUE AS has_tasks,
        w.flags & ${FLAG_BLOCKED} <> 0 AS says_dead, d.there IS TRUE AS has_dead,
        w.flags & ${FLAG_TIMERS} <> 0 AS says_timers, m.there IS TRUE AS has_timers,
        coalesce(w.attention, 0) = w.flags & ${FLAG_BLOCKED | FLAG_AWAITS_REVIEW} AND w.attention IS DISTINCT FROM 0 AS is_listed
      FROM w ${anyOf('tasks')} t ON true ${anyOf('tasks', 'dead')} d ON true ${anyOf('timers')} m ON true) s
    WHERE says_tasks <> has_tasks OR says_dead <> has_dead OR says_timers <> has_timers OR NOT is_listed`,
});

interface OwnerRow {
  readonly tenant: number;
  readonly id: string;
}

interface MisfitRow extends OwnerRow, Readonly<Record<`${'says' | 'has'}_${Kept}`, boolean>> {
  readonly is_listed: boolean;
}

type Kept = 'tasks' | 'dead' | 'timers';
const KEPT = [
  ['tasks', 'tasks'],
  ['dead', 'dead-tasks'],
  ['timers', 'timers'],
] as const;

/** Walks all open work and all orders; each window is compared in one statement, since orders move meanwhile. */
export async function* workProblems(sender: Sender, until: string): AsyncGenerator<WorkProblem> {
  for (const table of ['tasks', 'timers'] as const) {
    for await (const { tenant, id } of walkWindows<OwnerRow>(
      sender,
      WITHOUT_ORDER[table],
      BEFORE_ORDERS,
      until,
    ))
      yield { tenant, orderId: orderOfUuid(id), kind: `${table}-without-order` };
  }
  for await (const row of walkWindows<MisfitRow>(sender, MISFITS, BEFORE_ORDERS, until)) {
    for (const kind of kindsOf(row)) yield { tenant: row.tenant, orderId: orderOfUuid(row.id), kind };
  }
}

function* kindsOf(row: MisfitRow): Iterable<WorkProblem['kind']> {
  for (const [kept, what] of KEPT) {
    const says = row[`says_${kept}`];
    if (says !== row[`has_${kept}`]) yield `${what}-${says ? 'missing' : 'unnoticed'}`;
  }
  if (!row.is_listed) yield 'attention-unfit';
}
