import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type LiveOrder, NO_WORK, type Task, type Timer, type Work } from '../../../order/work.ts';
import { FLAG_TASKS, FLAG_TIMERS } from '../threads/wire.ts';
import { FROM_ORDERS, ORDER_COLUMNS, type OrderRow, orderOf } from './order-rows.ts';
import { TASK_COLUMNS, type TaskRow, taskOf } from './work/task-rows.ts';

/** An order by its key, with what its row says of its work. */
export const LOAD_LIVE_ORDER = `SELECT ${ORDER_COLUMNS}, o.work FROM ${FROM_ORDERS} WHERE o.tenant = ? AND o.id = ?`;
export const LOAD_TASKS = `SELECT ${TASK_COLUMNS} FROM tasks WHERE tenant = ? AND order_id = ? ORDER BY version, position, suffix`;
export const LOAD_TIMERS =
  'SELECT entered_version, idx, due_at FROM timers WHERE tenant = ? AND order_id = ? ORDER BY entered_version, idx';

interface LiveOrderRow extends OrderRow {
  readonly work: string | null;
}

interface TimerRow {
  readonly entered_version: number;
  readonly idx: number;
  readonly due_at: number;
}

/** Reads orders with what is under way for them, on one connection. Several reads: wants a snapshot or a transaction around it. */
export class LiveOrders {
  readonly #load: StatementSync;
  readonly #tasks: StatementSync;
  readonly #timers: StatementSync;

  constructor(database: DatabaseSync) {
    this.#load = database.prepare(LOAD_LIVE_ORDER);
    this.#tasks = database.prepare(LOAD_TASKS);
    this.#timers = database.prepare(LOAD_TIMERS);
  }

  load(tenant: number, id: Uint8Array): LiveOrder | undefined {
    const row = this.#load.get(tenant, id) as unknown as LiveOrderRow | undefined;
    return row === undefined ? undefined : { ...orderOf(row), work: this.#workOf(row) };
  }

  #workOf({ tenant, id, flags, work }: LiveOrderRow): Work {
    if (work === null && (flags & (FLAG_TASKS | FLAG_TIMERS)) === 0) return NO_WORK;
    return {
      ...(work === null ? NO_WORK : (JSON.parse(work) as Pick<Work, 'effects' | 'runs'>)),
      tasks: flags & FLAG_TASKS ? this.#tasksOf(tenant, id) : [],
      timers: flags & FLAG_TIMERS ? this.#timersOf(tenant, id) : [],
    };
  }

  #tasksOf(tenant: number, id: Uint8Array): readonly Task[] {
    return (this.#tasks.all(tenant, id) as unknown as readonly TaskRow[]).map((row) => taskOf(row));
  }

  #timersOf(tenant: number, id: Uint8Array): readonly Timer[] {
    const rows = this.#timers.all(tenant, id) as unknown as readonly TimerRow[];
    return rows.map((row) => ({ enteredVersion: row.entered_version, index: row.idx, dueAt: row.due_at }));
  }
}
