import type { Examination, ExamineQuery, OrderKey, Tally, TaskTally } from '../../../../ports/store.ts';
import { orderOfUuid } from '../../connection/order-uuid.ts';
import type { Sender, Statement } from '../../connection/pool.ts';
import { TASK_KEY_COLUMNS, type TaskKeyRow, taskKeyIn } from '../../rows/task-rows.ts';

/** Names of open tasks that can be claimed, one look at the index for each and not one for each task. */
export const CLAIMABLE_NAMES: Statement = {
  name: 'examine-names',
  text: `WITH RECURSIVE names (name) AS (
      (SELECT t.name FROM tasks t WHERE t.claimable_at IS NOT NULL AND t.name > '' ORDER BY t.name LIMIT 1)
      UNION ALL
      SELECT (SELECT t.name FROM tasks t WHERE t.claimable_at IS NOT NULL AND t.name > names.name ORDER BY t.name LIMIT 1)
      FROM names WHERE names.name IS NOT NULL)
    SELECT name FROM names WHERE name IS NOT NULL LIMIT $1`,
};

/** Of the oldest that are late: the filter lies outside, so that what it passes over is bounded, too. */
export const LATE_CLAIMABLE: Statement = {
  name: 'examine-claimable',
  text: tallySql(
    `SELECT ${TASK_KEY_COLUMNS}, claimable_at AS since FROM
      (SELECT ${TASK_KEY_COLUMNS}, lease_until, claimable_at FROM tasks
       WHERE name = $3 AND claimable_at <= $4 AND (deadline IS NULL OR deadline > $5) ORDER BY claimable_at LIMIT $2) w
    WHERE (lease_until IS NULL) = $6`,
  ),
};

/**
 * An orphan that nobody holds has lapsed from the moment on at which it became one. No row says when that was: not before its
 * order last moved, nor before its next attempt was put off.
 */
export const LATE_LAPSED: Statement = {
  name: 'examine-lapsed',
  text: tallySql(
    `SELECT * FROM (
      SELECT w.*, CASE WHEN w.orphan AND w.lease_until IS NULL THEN greatest(w.due_at, o.updated_at) ELSE w.lapses_at END AS since
      FROM (SELECT ${TASK_KEY_COLUMNS}, orphan, lease_until, due_at, lapses_at FROM tasks
        WHERE lapses_at <= $3 ORDER BY lapses_at LIMIT $2) w
      JOIN orders o ON o.tenant = w.tenant AND o.id = w.order_id
      WHERE w.orphan = $4) s
    WHERE since <= $3`,
  ),
};

export const LATE_TIMERS: Statement = {
  name: 'examine-timers',
  text: tallySql(
    'SELECT tenant, order_id, due_at AS since FROM timers WHERE due_at <= $3 ORDER BY due_at LIMIT $2',
  ),
};

/** Tenants count from 1: said, it makes a search of the index of what is a scan of its beginning. */
export const BLOCKED_ORDERS: Statement = {
  name: 'examine-blocked',
  text: tallySql(
    `SELECT w.tenant, w.order_id, o.updated_at AS since FROM
      (SELECT DISTINCT tenant, order_id FROM tasks WHERE dead AND tenant > 0 ORDER BY tenant, order_id LIMIT $2) w
    JOIN orders o ON o.tenant = w.tenant AND o.id = w.order_id ORDER BY w.tenant, w.order_id`,
  ),
};

/** Names looked at: definitions and queues have dozens. */
const NAMES_MAX = 1_000;

/** Counts rows that have a `since`, and shows $1 of them. */
function tallySql(rows: string): string {
  return `SELECT *, count(*) OVER () AS n, min(since) OVER () AS oldest FROM (${rows}) t LIMIT $1`;
}

interface TallyRow {
  readonly n: number;
  readonly oldest: number;
}

type OrderKeyRow = Pick<TaskKeyRow, 'tenant' | 'order_id'>;

/** What of an examination is about work. */
export type Late = Pick<
  Examination,
  'untaken' | 'pastLease' | 'pastDeadline' | 'orphans' | 'timers' | 'blocked'
>;

/** Finds what is late. */
export async function findLateWork(
  sender: Sender,
  { lateMs, countMax, examplesMax }: ExamineQuery,
  now: number,
): Promise<Late> {
  const bounds = [examplesMax, countMax] as const;
  const names = await sender.query<{ name: string }>(CLAIMABLE_NAMES, [NAMES_MAX]);
  const untaken: TaskTally[] = [];
  const pastLease: TaskTally[] = [];
  for (const { name: task } of names) {
    const claimable = async (isFree: boolean, late: number) =>
      tallyOf(
        await sender.query<TaskKeyRow & TallyRow>(LATE_CLAIMABLE, [...bounds, task, late, now, isFree]),
        taskKeyIn,
      );
    const [free, left] = [
      await claimable(true, now - lateMs.task),
      await claimable(false, now - lateMs.lease),
    ];
    if (free.count > 0) untaken.push({ task, ...free });
    if (left.count > 0) pastLease.push({ task, ...left });
  }
  const lapsed = async (isOrphan: boolean) =>
    tallyOf(
      await sender.query<TaskKeyRow & TallyRow>(LATE_LAPSED, [...bounds, now - lateMs.lease, isOrphan]),
      taskKeyIn,
    );
  const timers = await sender.query<OrderKeyRow & TallyRow>(LATE_TIMERS, [...bounds, now - lateMs.timer]);
  const blocked = await sender.query<OrderKeyRow & TallyRow>(BLOCKED_ORDERS, bounds);
  return {
    untaken,
    pastLease,
    pastDeadline: await lapsed(false),
    orphans: await lapsed(true),
    timers: tallyOf(timers, orderKeyIn),
    blocked: tallyOf(blocked, orderKeyIn),
  };
}

function tallyOf<R extends TallyRow, K>(rows: readonly R[], keyOf: (row: R) => K): Tally<K> {
  const [first] = rows;
  return { count: first?.n ?? 0, oldestAt: first?.oldest ?? null, examples: rows.map(keyOf) };
}

function orderKeyIn({ tenant, order_id: id }: OrderKeyRow): OrderKey {
  return { tenant, orderId: orderOfUuid(id) };
}
