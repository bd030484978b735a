import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { orderIdFromBytes } from '../../../../order/order-id.ts';
import type { PeekQuery, WorkDue } from '../../../../ports/store.ts';
import { TASK_KEY_COLUMNS, type TaskKeyRow, taskKeyIn } from './task-rows.ts';

// Cross joins: the few names come first, each of them with a look at the index.
export const PEEK_READY = `SELECT 1 FROM json_each(:names) n CROSS JOIN tasks t ON t.name = n.value
  WHERE t.claimable_at <= :now AND (t.deadline IS NULL OR t.deadline > :now) LIMIT 1`;
export const PEEK_TIMERS =
  'SELECT tenant, order_id, entered_version, idx, due_at FROM timers WHERE due_at <= ? ORDER BY due_at LIMIT ?';
export const PEEK_LAPSED = `SELECT ${TASK_KEY_COLUMNS} FROM tasks WHERE lapses_at <= ? ORDER BY lapses_at LIMIT ?`;
export const PEEK_NEXT = `SELECT min(at) AS at FROM (
  SELECT (SELECT min(claimable_at) FROM tasks WHERE name = n.value AND claimable_at > :now) AS at FROM json_each(:names) n
  UNION ALL SELECT min(due_at) FROM timers WHERE due_at > :now
  UNION ALL SELECT min(lapses_at) FROM tasks WHERE lapses_at > :now)`;

interface TimerRow {
  readonly tenant: number;
  readonly order_id: Uint8Array;
  readonly entered_version: number;
  readonly idx: number;
  readonly due_at: number;
}

/** Looks on one connection for what is due: a few looks at indexes, however much is open. */
export class WorkPeek {
  readonly #ready: StatementSync;
  readonly #timers: StatementSync;
  readonly #lapsed: StatementSync;
  readonly #next: StatementSync;

  constructor(database: DatabaseSync) {
    this.#ready = database.prepare(PEEK_READY);
    this.#timers = database.prepare(PEEK_TIMERS);
    this.#lapsed = database.prepare(PEEK_LAPSED);
    this.#next = database.prepare(PEEK_NEXT);
  }

  due({ names: asked, limit }: PeekQuery, now: number): WorkDue {
    const names = JSON.stringify(asked);
    const timers = this.#timers.all(now, limit) as unknown as readonly TimerRow[];
    const lapsed = this.#lapsed.all(now, limit) as unknown as readonly TaskKeyRow[];
    return {
      ready: this.#ready.get({ names, now }) !== undefined,
      timers: timers.map(timerOf),
      lapsed: lapsed.map(taskKeyIn),
      nextAt: this.#next.get({ names, now })?.['at'] as number | null,
    };
  }
}

function timerOf(row: TimerRow): WorkDue['timers'][number] {
  return {
    tenant: row.tenant,
    orderId: orderIdFromBytes(row.order_id),
    enteredVersion: row.entered_version,
    index: row.idx,
    dueAt: row.due_at,
  };
}
