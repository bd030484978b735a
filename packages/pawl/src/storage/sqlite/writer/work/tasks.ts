import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { TASK_COLUMNS, TASK_KEY, type TaskKeyValues, taskKeyOf } from '../../reader/work/task-rows.ts';
import type { WireUnit } from '../../threads/wire.ts';
import type { WireTask, WireTaskChange } from '../../threads/wire-work.ts';

const READ_HOLD = `SELECT token, lease_until FROM tasks WHERE ${TASK_KEY}`;
const ADD = `INSERT INTO tasks (${TASK_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
// The token is named although it was just read under the write lock: a change that finds no row must be noticed.
const OF_HOLDER = `WHERE ${TASK_KEY} AND token = ?`;
export const REPLACE_TASK = `UPDATE tasks SET kind = ?, name = ?, run_version = ?, place = ?, input = ?, orphan = ?, dead = ?, created_at = ?,
  deadline = ?, due_at = ?, attempts = ?, token = ?, lease_until = ?, parked = ?, claimed_by = ?, uncertain = ?, failures = ?
  ${OF_HOLDER}`;
const REMOVE = `DELETE FROM tasks ${OF_HOLDER}`;
export const ORPHAN_TASK = `UPDATE tasks SET orphan = 1 ${OF_HOLDER}`;

/** Writes the task rows of units. */
export class Tasks {
  readonly #readHold: StatementSync;
  readonly #add: StatementSync;
  readonly #replace: StatementSync;
  readonly #remove: StatementSync;
  readonly #orphan: StatementSync;

  constructor(database: DatabaseSync) {
    this.#readHold = database.prepare(READ_HOLD);
    this.#add = database.prepare(ADD);
    this.#replace = database.prepare(REPLACE_TASK);
    this.#remove = database.prepare(REMOVE);
    this.#orphan = database.prepare(ORPHAN_TASK);
  }

  /** Whether each change finds the row as it expects it, those before it included. */
  fit(unit: WireUnit, changes: readonly WireTaskChange[]): boolean {
    const holds = new Map<string, Hold | null>();
    return changes.every((change) => {
      const { kind, task } = change;
      const known = holds.get(task.id);
      const hold = known === undefined ? this.#holdOf(unit, task.id) : known;
      if (kind === 'add') {
        holds.set(task.id, task);
        return hold === null;
      }
      if (hold?.token !== task.token) return false;
      if (kind === 'orphan') return true;
      holds.set(task.id, kind === 'remove' ? null : change.task);
      return hold.leaseUntil === change.leaseBefore;
    });
  }

  write(unit: WireUnit, changes: readonly WireTaskChange[]): void {
    for (const change of changes) this.#writeOne(unit, change);
  }

  #writeOne(unit: WireUnit, change: WireTaskChange): void {
    const { kind, task } = change;
    const key = keyOf(unit, task.id);
    if (kind === 'add') this.#add.run(...key, ...valuesOf(task));
    else if (kind === 'replace')
      requireOne(this.#replace.run(...valuesOf(task), ...key, task.token).changes, task.id);
    else
      requireOne((kind === 'remove' ? this.#remove : this.#orphan).run(...key, task.token).changes, task.id);
  }

  /** Null if the order has no such task. */
  #holdOf({ tenant, orderId }: WireUnit, id: string): Hold | null {
    const key = taskKeyOf({ tenant, orderId, id });
    const row = key === undefined ? undefined : this.#readHold.get(...key);
    if (row === undefined) return null;
    return { token: row['token'] as number, leaseUntil: row['lease_until'] as number | null };
  }
}

/** What a change of a task is judged by. */
type Hold = Pick<WireTask, 'token' | 'leaseUntil'>;

function requireOne(changes: number | bigint, id: string): void {
  if (changes !== 1) throw new Error(`the task ${id} was not as it had been found when it was written`);
}

function keyOf({ tenant, orderId }: WireUnit, id: string): TaskKeyValues {
  const key = taskKeyOf({ tenant, orderId, id });
  if (key === undefined) throw new Error(`${id} is no id of a task of ${orderId}`);
  return key;
}

function valuesOf(task: WireTask) {
  return [
    task.kind,
    task.name,
    task.version,
    task.place,
    task.input,
    task.orphan ? 1 : 0,
    task.dead ? 1 : 0,
    task.createdAt,
    task.deadline,
    task.dueAt,
    task.attempts,
    task.token,
    task.leaseUntil,
    task.parked ? 1 : 0,
    task.claimedBy,
    task.uncertain ? 1 : 0,
    task.failures,
  ] as const;
}
