import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type AttemptFailure, FAILURE_CHARACTERS_MAX, FAILURES_MAX } from '../../../../order/work.ts';
import type { ClaimQuery, ClaimVerdict, OpenTask, TaskUpdate } from '../../../../ports/store.ts';
import {
  openTaskOf,
  TASK_COLUMNS,
  TASK_KEY,
  TASK_KEY_COLUMNS,
  type TaskKeyRow,
  type TaskRow,
  taskKeyOf,
} from '../../reader/work/task-rows.ts';
import type { Keys } from '../keys.ts';

/** The oldest of one name: all that a claim of several could want of it. */
export const CLAIMABLE = `SELECT ${TASK_KEY_COLUMNS}, claimable_at FROM tasks
  WHERE name = :name AND claimable_at <= :now AND (deadline IS NULL OR deadline > :now) AND (:tenant IS NULL OR tenant = :tenant)
  ORDER BY claimable_at LIMIT :limit`;
// What still has a lease then has one that ran out: nobody told how that attempt ended.
export const CLAIM = `UPDATE tasks SET token = token + 1, attempts = attempts + 1, uncertain = max(uncertain, lease_until IS NOT NULL),
  lease_until = ?, parked = 0, claimed_by = ? WHERE ${TASK_KEY} RETURNING ${TASK_COLUMNS}`;
/** A lease that has run out and was not given to another still holds: its holder may tell what it did. */
const HELD = `WHERE ${TASK_KEY} AND token = ? AND dead = 0 AND lease_until IS NOT NULL`;
const EXTEND = `UPDATE tasks SET lease_until = max(lease_until, ?) ${HELD}`;
const PARK = `UPDATE tasks SET lease_until = ?, parked = 1 ${HELD}`;
const READ_FAILURES = `SELECT failures FROM tasks ${HELD}`;
export const RETRY = `UPDATE tasks SET lease_until = NULL, parked = 0, due_at = ?, failures = ?, uncertain = max(uncertain, ?) ${HELD}`;
export const RETURN = `UPDATE tasks SET lease_until = NULL, parked = 0, attempts = attempts - 1 ${HELD}`;

interface CandidateRow extends TaskKeyRow {
  readonly claimable_at: number;
}

/** Gives tasks out, and keeps what their holders tell before the end. Written inside an open transaction. */
export class Claims {
  readonly #keys: Keys;
  readonly #claimable: StatementSync;
  readonly #claim: StatementSync;
  readonly #extend: StatementSync;
  readonly #park: StatementSync;
  readonly #readFailures: StatementSync;
  readonly #retry: StatementSync;
  readonly #return: StatementSync;

  constructor(database: DatabaseSync, keys: Keys) {
    this.#keys = keys;
    this.#claimable = database.prepare(CLAIMABLE);
    this.#claim = database.prepare(CLAIM);
    this.#extend = database.prepare(EXTEND);
    this.#park = database.prepare(PARK);
    this.#readFailures = database.prepare(READ_FAILURES);
    this.#retry = database.prepare(RETRY);
    this.#return = database.prepare(RETURN);
  }

  claim(query: ClaimQuery, now: number): ClaimVerdict {
    const { key } = query;
    const taken = key === null ? undefined : this.#keys.holder(key.hash, now);
    if (taken !== undefined) return { kind: 'key-taken', taken };
    const tasks = this.#oldest(query, now).map((row) => this.#giveOut(row, query, now));
    if (key !== null && tasks.length > 0) this.#keys.write([{ ...key, answer: JSON.stringify(tasks) }]);
    return { kind: 'claimed', tasks };
  }

  /** Says of each whether it was still held. */
  update(updates: readonly TaskUpdate[]): readonly boolean[] {
    return updates.map((update) => this.#update(update));
  }

  #oldest({ names, tenant, limit }: ClaimQuery, now: number): readonly CandidateRow[] {
    const rows = [...new Set(names)].flatMap((name) => this.#claimable.all({ name, now, tenant, limit }));
    return (rows as unknown as CandidateRow[])
      .sort((a, b) => a.claimable_at - b.claimable_at)
      .slice(0, limit);
  }

  #giveOut(row: TaskKeyRow, { leaseMs, claimedBy }: ClaimQuery, now: number): OpenTask {
    const { tenant, order_id, version, position, suffix } = row;
    const claimed = this.#claim.get(now + leaseMs, claimedBy, tenant, order_id, version, position, suffix);
    return openTaskOf(claimed as unknown as TaskRow);
  }

  #update(update: TaskUpdate): boolean {
    const key = taskKeyOf(update);
    if (key === undefined) return false;
    const held = [...key, update.token] as const;
    switch (update.kind) {
      case 'extend':
        return this.#extend.run(update.leaseUntil, ...held).changes === 1;
      case 'park':
        return this.#park.run(update.leaseUntil, ...held).changes === 1;
      case 'retry': {
        const row = this.#readFailures.get(...held) as { failures: string | null } | undefined;
        if (row === undefined) return false;
        const failures = withFailure(row.failures, update.failure);
        return this.#retry.run(update.dueAt, failures, update.uncertain ? 1 : 0, ...held).changes === 1;
      }
      case 'return':
        return this.#return.run(...held).changes === 1;
    }
  }
}

function withFailure(text: string | null, failure: AttemptFailure): string {
  const failures = text === null ? [] : (JSON.parse(text) as AttemptFailure[]);
  const { attempt, at, error } = failure;
  return JSON.stringify([...failures, { attempt, at, error: shortened(error) }].slice(-FAILURES_MAX));
}

/** Never cut through a character of two code units. */
function shortened(error: string): string {
  if (error.length <= FAILURE_CHARACTERS_MAX) return error;
  const kept = error.slice(0, FAILURE_CHARACTERS_MAX);
  return /[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept;
}
