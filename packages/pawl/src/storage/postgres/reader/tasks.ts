import { isOrderId } from '../../../order/order-id.ts';
import type { OpenTask, PeekQuery, TaskQuery, WorkDue } from '../../../ports/store.ts';
import { columnOf } from '../connection/columns.ts';
import { hexOfOrder, orderOfUuid } from '../connection/order-uuid.ts';
import type { Sender, Statement } from '../connection/pool.ts';
import {
  openTaskOf,
  TASK_COLUMNS,
  TASK_KEY_COLUMNS,
  type TaskKeyRow,
  type TaskRow,
  taskKeyIn,
  taskPlaceOf,
} from '../rows/task-rows.ts';

/** The same as `taskStatus` says. */
const STATUS = `CASE WHEN dead THEN 'dead' WHEN lease_until > $3 THEN CASE WHEN parked THEN 'waiting' ELSE 'running' END
  WHEN due_at > $3 THEN 'waiting' ELSE 'ready' END`;

const SOURCES = {
  all: 'tasks WHERE tenant = $1',
  order: 'tasks WHERE tenant = $1 AND order_id = $2::uuid',
  dead: 'tasks WHERE tenant = $1 AND dead',
} as const;
type Source = keyof typeof SOURCES;

/** A page of open tasks, by key. */
export function tasksStatement(source: Source): Statement {
  return {
    name: `tasks-${source}`,
    text: `SELECT ${TASK_COLUMNS} FROM ${SOURCES[source]}
      AND (order_id, version, position, suffix) > ($6::uuid, $7::integer, $8::integer, $9::text COLLATE "C")
      AND ($2::uuid IS NULL OR true) AND ($4::text IS NULL OR name = $4) AND ($5::text IS NULL OR ${STATUS} = $5)
      ORDER BY order_id, version, position, suffix LIMIT $10`,
  };
}

export const PEEK_READY: Statement = {
  name: 'peek-ready',
  text: `SELECT EXISTS (SELECT FROM unnest($1::text[]) AS n (name) CROSS JOIN LATERAL (
      SELECT FROM tasks t WHERE t.name = n.name AND t.claimable_at <= $2 AND (t.deadline IS NULL OR t.deadline > $2) LIMIT 1
    ) t) AS ready,
    (SELECT min(next.at) FROM (
      SELECT (SELECT t.claimable_at FROM tasks t WHERE t.name = n.name AND t.claimable_at > $2 ORDER BY t.claimable_at LIMIT 1) AS at
        FROM unnest($1::text[]) AS n (name)
      UNION ALL (SELECT due_at FROM timers WHERE due_at > $2 ORDER BY due_at LIMIT 1)
      UNION ALL (SELECT lapses_at FROM tasks WHERE lapses_at > $2 ORDER BY lapses_at LIMIT 1)
    ) next) AS next_at`,
};
export const PEEK_TIMERS: Statement = {
  name: 'peek-timers',
  text: 'SELECT tenant, order_id, entered_version, index, due_at FROM timers WHERE due_at <= $1 ORDER BY due_at LIMIT $2',
};
export const PEEK_LAPSED: Statement = {
  name: 'peek-lapsed',
  text: `SELECT ${TASK_KEY_COLUMNS} FROM tasks WHERE lapses_at <= $1 ORDER BY lapses_at LIMIT $2`,
};

interface TimerRow {
  readonly tenant: number;
  readonly order_id: string;
  readonly entered_version: number;
  readonly index: number;
  readonly due_at: number;
}

const BEFORE_ALL = { orderId: '0'.repeat(32), version: 0, position: 0, suffix: '' };

/** Reads open tasks, and what is due. */
export class TaskReads {
  readonly #sender: Sender;

  constructor(sender: Sender) {
    this.#sender = sender;
  }

  async list(
    { tenant, orderId, name, status, after, limit }: TaskQuery,
    now: number,
  ): Promise<readonly OpenTask[]> {
    if (orderId !== undefined && !isOrderId(orderId)) return [];
    const source = orderId !== undefined ? 'order' : status === 'dead' ? 'dead' : 'all';
    const from = startOf(after);
    const rows = await this.#sender.query<TaskRow>(tasksStatement(source), [
      ...[tenant, orderId === undefined ? null : hexOfOrder(orderId), now, name ?? null, status ?? null],
      ...[from.orderId, from.version, from.position, from.suffix, limit],
    ]);
    return rows.map(openTaskOf);
  }

  async due({ names, limit }: PeekQuery, now: number): Promise<WorkDue> {
    const [[look], timers, lapsed] = await Promise.all([
      this.#sender.query<{ ready: boolean; next_at: number | null }>(PEEK_READY, [
        columnOf('text', names),
        now,
      ]),
      this.#sender.query<TimerRow>(PEEK_TIMERS, [now, limit]),
      this.#sender.query<TaskKeyRow>(PEEK_LAPSED, [now, limit]),
    ]);
    return {
      ready: look?.ready === true,
      timers: timers.map((row) => ({
        tenant: row.tenant,
        orderId: orderOfUuid(row.order_id),
        enteredVersion: row.entered_version,
        index: row.index,
        dueAt: row.due_at,
      })),
      lapsed: lapsed.map(taskKeyIn),
      nextAt: look?.next_at ?? null,
    };
  }
}

function startOf(after: TaskQuery['after']): typeof BEFORE_ALL {
  const place = after === null ? undefined : taskPlaceOf(after);
  return after === null || place === undefined
    ? BEFORE_ALL
    : { ...place, orderId: hexOfOrder(after.orderId) };
}
