import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { orderIdFromBytes } from '../../../../order/order-id.ts';
import type {
  Examination,
  ExamineQuery,
  OrderKey,
  Tally,
  TaskKey,
  TaskTally,
} from '../../../../ports/store.ts';
import { TASK_KEY_COLUMNS, type TaskKeyRow, taskKeyIn } from '../work/task-rows.ts';

/** Names of open tasks that can be claimed, one look at the index for each and not one for each task. */
export const CLAIMABLE_NAMES = `WITH RECURSIVE names (name) AS (
    SELECT min(t.name) FROM tasks t WHERE t.claimable_at IS NOT NULL AND t.name > ''
    UNION ALL
    SELECT (SELECT min(t.name) FROM tasks t WHERE t.claimable_at IS NOT NULL AND t.name > names.name)
    FROM names WHERE names.name IS NOT NULL)
  SELECT name FROM names WHERE name IS NOT NULL LIMIT ?`;

/** Of the oldest that are late: the filter lies outside, so that what it passes over is bounded, too. */
export const LATE_CLAIMABLE = tallySql(`
  SELECT ${TASK_KEY_COLUMNS}, claimable_at AS since FROM
    (SELECT ${TASK_KEY_COLUMNS}, lease_until, claimable_at FROM tasks
     WHERE name = :name AND claimable_at <= :late AND (deadline IS NULL OR deadline > :now) ORDER BY claimable_at LIMIT :max)
  WHERE (lease_until IS NULL) = :free`);

/**
 * An orphan that nobody holds has lapsed from the moment on at which it became one. No row says when that was: not before its
 * order last moved, nor before its next attempt was put off.
 */
export const LATE_LAPSED = tallySql(`
  SELECT w.*, iif(w.orphan = 1 AND w.lease_until IS NULL, max(w.due_at, o.updated_at), w.lapses_at) AS since FROM
    (SELECT ${TASK_KEY_COLUMNS}, orphan, lease_until, due_at, lapses_at FROM tasks
     WHERE lapses_at <= :late ORDER BY lapses_at LIMIT :max) w
  CROSS JOIN orders o ON o.tenant = w.tenant AND o.id = w.order_id
  WHERE w.orphan = :orphan AND since <= :late`);

export const LATE_TIMERS = tallySql(
  'SELECT tenant, order_id, due_at AS since FROM timers WHERE due_at <= :late ORDER BY due_at LIMIT :max',
);

/** Tenants count from 1: said, it makes a search of the index of what is a scan of its beginning. */
export const BLOCKED_ORDERS = tallySql(`
  SELECT w.tenant, w.order_id, o.updated_at AS since FROM
    (SELECT DISTINCT tenant, order_id FROM tasks INDEXED BY tasks_dead WHERE dead = 1 AND tenant > 0
     ORDER BY tenant, order_id LIMIT :max) w
  CROSS JOIN orders o ON o.tenant = w.tenant AND o.id = w.order_id`);

/** Names looked at: definitions and queues have dozens. */
const NAMES_MAX = 1_000;

/** Counts rows that have a `since`, and shows a few of them. */
function tallySql(rows: string): string {
  return `SELECT *, count(*) OVER () AS n, min(since) OVER () AS oldest FROM (${rows}) LIMIT :examples`;
}

interface TallyRow {
  readonly n: number;
  readonly oldest: number;
}

type OrderKeyRow = Pick<TaskKeyRow, 'tenant' | 'order_id'>;

/** Finds on one connection what is late. Several reads: wants a snapshot around it. */
export class LateWork {
  readonly #names: StatementSync;
  readonly #claimable: StatementSync;
  readonly #lapsed: StatementSync;
  readonly #timers: StatementSync;
  readonly #blocked: StatementSync;

  constructor(database: DatabaseSync) {
    this.#names = database.prepare(CLAIMABLE_NAMES);
    this.#claimable = database.prepare(LATE_CLAIMABLE);
    this.#lapsed = database.prepare(LATE_LAPSED);
    this.#timers = database.prepare(LATE_TIMERS);
    this.#blocked = database.prepare(BLOCKED_ORDERS);
  }

  find(
    { lateMs, countMax: max, examplesMax: examples }: ExamineQuery,
    now: number,
  ): Pick<Examination, 'untaken' | 'pastLease' | 'pastDeadline' | 'orphans' | 'timers' | 'blocked'> {
    const bounds = { max, examples };
    const names = this.#names.all(NAMES_MAX).map(({ name }) => String(name));
    const claimable = (free: 0 | 1, late: number): TaskTally[] =>
      names
        .map((task) => ({
          task,
          ...tallyOf(this.#claimable.all({ ...bounds, name: task, free, late, now }), taskKeyIn),
        }))
        .filter(({ count }) => count > 0);
    const lapsed = (orphan: 0 | 1): Tally<TaskKey> =>
      tallyOf(this.#lapsed.all({ ...bounds, orphan, late: now - lateMs.lease }), taskKeyIn);
    return {
      untaken: claimable(1, now - lateMs.task),
      pastLease: claimable(0, now - lateMs.lease),
      pastDeadline: lapsed(0),
      orphans: lapsed(1),
      timers: tallyOf(this.#timers.all({ ...bounds, late: now - lateMs.timer }), orderKeyIn),
      blocked: tallyOf(this.#blocked.all(bounds), orderKeyIn),
    };
  }
}

function tallyOf<R, K>(rows: readonly Record<string, unknown>[], keyOf: (row: R) => K): Tally<K> {
  const [first] = rows as unknown as readonly TallyRow[];
  return {
    count: first?.n ?? 0,
    oldestAt: first?.oldest ?? null,
    examples: (rows as unknown as readonly R[]).map(keyOf),
  };
}

function orderKeyIn({ tenant, order_id }: OrderKeyRow): OrderKey {
  return { tenant, orderId: orderIdFromBytes(order_id) };
}
