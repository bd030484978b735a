import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { isOrderId, orderIdToBytes } from '../../../../order/order-id.ts';
import type { OpenTask, TaskKey, TaskQuery } from '../../../../ports/store.ts';
import { inSnapshot } from '../snapshot.ts';
import {
  openTaskOf,
  TASK_COLUMNS,
  TASK_KEY_COLUMNS,
  type TaskKeyRow,
  type TaskRow,
  taskKeyIn,
  taskKeyOf,
} from './task-rows.ts';

/** The same as `taskStatus` says. */
const STATUS = `CASE WHEN dead = 1 THEN 'dead'
  WHEN lease_until > :now THEN iif(parked = 1, 'waiting', 'running')
  WHEN due_at > :now THEN 'waiting' ELSE 'ready' END`;
const FITS = `(:name IS NULL OR name = :name) AND (:status IS NULL OR ${STATUS} = :status)`;

/** Where the tasks of a query are found, by key. The planner would not choose the dead ones' own index without statistics. */
const SOURCES = {
  all: 'tasks WHERE tenant = :tenant',
  order: 'tasks WHERE tenant = :tenant AND order_id = :order',
  dead: 'tasks INDEXED BY tasks_dead WHERE tenant = :tenant AND dead = 1',
} as const;
type Source = keyof typeof SOURCES;
const AFTER = 'AND (order_id, version, position, suffix) > (:id, :version, :position, :suffix)';
const BY_KEY = 'ORDER BY order_id, version, position, suffix';

/** Open tasks looked at in one read: a filter may pass over all of a long queue. */
const WINDOW = 2_000;
const BEFORE_ALL = { id: new Uint8Array(0), version: 0, position: 0, suffix: '' };

/** Those of the next WINDOW tasks that fit. Exported for the proof of query plans. */
export function tasksSql(source: Source): string {
  return `SELECT * FROM (SELECT ${TASK_COLUMNS} FROM ${SOURCES[source]} ${AFTER} ${BY_KEY} LIMIT ${WINDOW})
    WHERE ${FITS} LIMIT :limit`;
}

/** Where the WINDOW ends; nothing if it reaches beyond the last task. */
export function windowEndSql(source: Source): string {
  return `SELECT ${TASK_KEY_COLUMNS} FROM ${SOURCES[source]} ${AFTER} ${BY_KEY} LIMIT 1 OFFSET ${WINDOW - 1}`;
}

/** Reads open tasks on one connection. */
export class TaskList {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Some of a page; `next` is where to go on for the rest of it, undefined at its end. */
  step(query: TaskQuery, now: number): { tasks: readonly OpenTask[]; next: TaskKey | undefined } {
    if (query.orderId !== undefined && !isOrderId(query.orderId)) return { tasks: [], next: undefined };
    const source = query.orderId !== undefined ? 'order' : query.status === 'dead' ? 'dead' : 'all';
    const from = { tenant: query.tenant, ...orderOf(query), ...startOf(query.after) };
    const filter = { name: query.name ?? null, status: query.status ?? null, now };
    return inSnapshot(this.#database, () => {
      const rows = this.#statement(tasksSql(source)).all({ ...from, ...filter, limit: query.limit });
      const end = rows.length === query.limit ? undefined : this.#statement(windowEndSql(source)).get(from);
      return {
        tasks: (rows as unknown as TaskRow[]).map(openTaskOf),
        next: end === undefined ? undefined : taskKeyIn(end as unknown as TaskKeyRow),
      };
    });
  }

  #statement(sql: string): StatementSync {
    const kept = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, kept);
    return kept;
  }
}

function orderOf({ orderId }: TaskQuery): { order?: Uint8Array } {
  return orderId === undefined ? {} : { order: orderIdToBytes(orderId) };
}

function startOf(after: TaskKey | null): Record<string, Uint8Array | string | number> {
  const key = after === null ? undefined : taskKeyOf(after);
  if (key === undefined) return BEFORE_ALL;
  const [, id, version, position, suffix] = key;
  return { id, version, position, suffix };
}
