import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { TimerChange } from '../../../../ports/store.ts';

const KEY = 'tenant = ? AND order_id = ? AND entered_version = ? AND idx = ?';
const FIND = `SELECT 1 FROM timers WHERE ${KEY}`;
const ADD = 'INSERT INTO timers (tenant, order_id, entered_version, idx, due_at) VALUES (?, ?, ?, ?, ?)';
const REMOVE = `DELETE FROM timers WHERE ${KEY}`;

/** Writes the timer rows of units. */
export class Timers {
  readonly #find: StatementSync;
  readonly #add: StatementSync;
  readonly #remove: StatementSync;

  constructor(database: DatabaseSync) {
    this.#find = database.prepare(FIND);
    this.#add = database.prepare(ADD);
    this.#remove = database.prepare(REMOVE);
  }

  /** Whether what is removed is there and what is added is not, after the changes before it. */
  fit(tenant: number, id: Uint8Array, changes: readonly TimerChange[]): boolean {
    const there = new Map<string, boolean>();
    return changes.every(({ kind, timer: { enteredVersion, index } }) => {
      const name = `${enteredVersion} ${index}`;
      const is = there.get(name) ?? this.#find.get(tenant, id, enteredVersion, index) !== undefined;
      there.set(name, kind === 'add');
      return is === (kind === 'remove');
    });
  }

  write(tenant: number, id: Uint8Array, changes: readonly TimerChange[]): void {
    for (const { kind, timer } of changes) {
      const key = [tenant, id, timer.enteredVersion, timer.index] as const;
      if (kind === 'add') this.#add.run(...key, timer.dueAt);
      else this.#remove.run(...key);
    }
  }
}
