import { FAILURE_CHARACTERS_MAX, FAILURES_MAX } from '../../../order/work.ts';
import type { ClaimQuery, ClaimVerdict, OpenTask, TaskUpdate } from '../../../ports/store.ts';
import { Column, columnOf } from '../connection/columns.ts';
import { hexOfOrder } from '../connection/order-uuid.ts';
import type { Pool, Sender, Statement } from '../connection/pool.ts';
import {
  openTaskOf,
  TASK_COLUMNS,
  TASK_KEY_COLUMNS,
  type TaskPlace,
  type TaskRow,
  taskPlaceOf,
} from '../rows/task-rows.ts';
import { answerKey, keepKey } from './keys.ts';

/**
 * Gives out the oldest of all names. Of each name no more are looked at than could be given out; what another claim is giving out
 * at the same time is passed over, so that claims never wait for each other.
 */
export const CLAIM: Statement = {
  name: 'claim',
  text: `WITH due AS MATERIALIZED (
      SELECT t.* FROM unnest($1::text[]) AS n (name) CROSS JOIN LATERAL (
        SELECT ${TASK_KEY_COLUMNS}, claimable_at FROM tasks
        WHERE name = n.name AND claimable_at <= $2::bigint AND (deadline IS NULL OR deadline > $2)
          AND ($3::integer IS NULL OR tenant = $3)
        ORDER BY claimable_at LIMIT $4 FOR UPDATE SKIP LOCKED
      ) t ORDER BY t.claimable_at LIMIT $4
    )
    UPDATE tasks r SET token = r.token + 1, attempts = r.attempts + 1,
      -- What still has a lease then has one that ran out: nobody told how that attempt ended.
      uncertain = r.uncertain OR r.lease_until IS NOT NULL, lease_until = $2 + $5::bigint, parked = false, claimed_by = $6
    FROM due d WHERE r.tenant = d.tenant AND r.order_id = d.order_id AND r.version = d.version AND r.position = d.position
      AND r.suffix = d.suffix
    RETURNING d.claimable_at AS was_claimable_at, ${columnsOf('r')}`,
};

/** Rows by key, sorted, that are still held by a token. A lease that has run out and was not given to another still holds. */
const HELD = `FROM unnest($1::integer[], $2::uuid[], $3::integer[], $4::integer[], $5::text[], $6::integer[], $7::integer[], $8::bigint[],
    $9::text[], $10::boolean[]) AS u (tenant, order_id, version, position, suffix, token, number, until, failure, uncertain)
  WHERE r.tenant = u.tenant AND r.order_id = u.order_id AND r.version = u.version AND r.position = u.position AND r.suffix = u.suffix
    AND r.token = u.token AND NOT r.dead AND r.lease_until IS NOT NULL
  RETURNING u.number`;
export const UPDATES: Readonly<Record<TaskUpdate['kind'], Statement>> = {
  extend: {
    name: 'extend-tasks',
    text: `UPDATE tasks r SET lease_until = greatest(r.lease_until, u.until) ${HELD}`,
  },
  park: { name: 'park-tasks', text: `UPDATE tasks r SET lease_until = u.until, parked = true ${HELD}` },
  retry: {
    name: 'retry-tasks',
    text: `UPDATE tasks r SET lease_until = NULL, parked = false, due_at = u.until, uncertain = r.uncertain OR u.uncertain,
      failures = (SELECT json_agg(f.failure ORDER BY f.place) FROM (
        SELECT failure, place FROM (
          SELECT e.failure, e.place FROM json_array_elements(r.failures::json) WITH ORDINALITY AS e (failure, place)
          UNION ALL SELECT u.failure::json, ${Number.MAX_SAFE_INTEGER}
        ) a ORDER BY place DESC LIMIT ${FAILURES_MAX}
      ) f)::text ${HELD}`,
  },
  return: {
    name: 'return-tasks',
    text: `UPDATE tasks r SET lease_until = NULL, parked = false, attempts = r.attempts - 1 ${HELD}`,
  },
};

function columnsOf(table: string): string {
  return TASK_COLUMNS.split(',')
    .map((column) => `${table}.${column.trim()}`)
    .join(', ');
}

/** Gives tasks out, and keeps what their holders tell before the end. */
export class Claims {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async claim(query: ClaimQuery, now: number): Promise<ClaimVerdict> {
    const { key } = query;
    if (key === null) return { kind: 'claimed', tasks: await give(this.#pool, query, now) };
    return this.#pool.transaction(async (sender) => {
      const taken = await keepKey(sender, key, now);
      if (taken !== null) return { kind: 'key-taken', taken };
      const tasks = await give(sender, query, now);
      // A claim that gives out nothing leaves its key free.
      await answerKey(sender, key.hash, tasks.length === 0 ? null : JSON.stringify(tasks));
      return { kind: 'claimed', tasks };
    });
  }

  /** Says of each whether it was still held. All in one transaction. */
  async update(updates: readonly TaskUpdate[]): Promise<readonly boolean[]> {
    const held = Array.from(updates, () => false);
    const kinds = [...new Set(updates.map(({ kind }) => kind))];
    const apply = async (sender: Sender): Promise<void> => {
      for (const kind of kinds) {
        const values = valuesOf(updates, kind);
        const rows = await sender.query<{ number: number }>(UPDATES[kind], values);
        for (const { number } of rows) held[number] = true;
      }
    };
    await (kinds.length === 1 ? apply(this.#pool) : this.#pool.transaction(apply));
    return held;
  }
}

async function give(sender: Sender, query: ClaimQuery, now: number): Promise<readonly OpenTask[]> {
  const { names, tenant, limit, leaseMs, claimedBy } = query;
  const values = [columnOf('text', new Set(names)), now, tenant, limit, leaseMs, claimedBy];
  const rows = await sender.query<TaskRow & { was_claimable_at: number }>(CLAIM, values);
  return rows.toSorted((a, b) => a.was_claimable_at - b.was_claimable_at).map(openTaskOf);
}

function valuesOf(updates: readonly TaskUpdate[], kind: TaskUpdate['kind']): readonly Buffer[] {
  const types = ['int4', 'uuid', 'int4', 'int4', 'text', 'int4', 'int4', 'int8', 'text', 'bool'] as const;
  const columns = types.map((type) => new Column(type));
  for (const { number, update, place } of sortedRows(updates, kind)) {
    const { tenant, orderId, token } = update;
    const { version, position, suffix } = place;
    const isRetry = update.kind === 'retry';
    const until = isRetry ? update.dueAt : update.kind === 'return' ? null : update.leaseUntil;
    const failure = isRetry ? JSON.stringify(shortened(update.failure)) : null;
    const row = [
      tenant,
      hexOfOrder(orderId),
      version,
      position,
      suffix,
      token,
      number,
      until,
      failure,
      isRetry && update.uncertain,
    ];
    for (const [index, value] of row.entries()) columns[index]?.push(value);
  }
  return columns.map((column) => column.finish());
}

/** By key: two calls that change the same tasks take their locks in one order. */
function sortedRows(updates: readonly TaskUpdate[], kind: TaskUpdate['kind']) {
  return [...updates.entries()]
    .flatMap(([number, update]) => {
      const place = update.kind === kind ? taskPlaceOf(update) : undefined;
      return place === undefined ? [] : [{ number, update, place }];
    })
    .sort((a, b) => (sortKey(a.update, a.place) < sortKey(b.update, b.place) ? -1 : 1));
}

function sortKey({ tenant, orderId }: TaskUpdate, { version, position, suffix }: TaskPlace): string {
  const [owner, from, at] = [tenant, version, position].map((number) => String(number).padStart(16, '0'));
  return `${owner} ${orderId} ${from} ${at} ${suffix}`;
}

/** Never cut through a character of two code units. */
function shortened<T extends { readonly error: string }>(failure: T): T {
  const { error } = failure;
  if (error.length <= FAILURE_CHARACTERS_MAX) return failure;
  const kept = error.slice(0, FAILURE_CHARACTERS_MAX);
  return { ...failure, error: /[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept };
}
