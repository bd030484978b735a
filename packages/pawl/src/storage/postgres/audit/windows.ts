import type { Sender, Statement, Values } from '../connection/pool.ts';

/** Rows looked at in one statement, some milliseconds. */
const WINDOW = 2_000;

/** A table that is walked by its key. */
interface Walk {
  /** Of the statement. */
  readonly name: string;
  readonly table: string;
  /** Columns of the key that the walk goes by, with their types; an index must have them in this order. */
  readonly key: Readonly<Record<string, string>>;
  /** The column of the key that is at most what the walk goes up to. */
  readonly bound: string;
  /** Keys that come several times are looked at once. */
  readonly distinct?: true;
  /** Columns besides the key that are looked at. */
  readonly columns?: readonly string[];
  /** Rows of a window; default 2,000. */
  readonly size?: number;
  /** What is told of a window `w`. */
  readonly found: string;
}

/**
 * Looks at a window of a table and tells two things of it in one statement, and so of one moment: what was found, and where the
 * window ends. Many short statements hold up neither a commit nor a vacuum, as one long one would.
 */
export function windowStatement({
  name,
  table,
  key,
  bound,
  distinct,
  columns = [],
  size = WINDOW,
  found,
}: Walk): Statement {
  const names = Object.keys(key);
  const after = Object.values(key).map((type, index) => `$${index + 1}::${type}`);
  const until = `$${names.length + 1}::${key[bound]}`;
  const ends = names.map((column, index) => `${column} AS last_${index}`);
  return {
    name,
    text: `WITH w AS MATERIALIZED (
        SELECT ${distinct === true ? 'DISTINCT ' : ''}${[...names, ...columns].join(', ')} FROM ${table}
        WHERE (${names.join(', ')}) > (${after.join(', ')}) AND ${bound} <= ${until}
        ORDER BY ${names.join(', ')} LIMIT ${size}
      ), ended AS (
        SELECT ${ends.join(', ')} FROM w ORDER BY ${names.map((column) => `${column} DESC`).join(', ')} LIMIT 1
      )
      SELECT ended.*, f.* FROM ended LEFT JOIN (SELECT true AS found, t.* FROM (${found}) t) f ON true`,
  };
}

type Ended = Readonly<Record<`last_${number}`, string | number>>;

/**
 * What was found, window by window from after `first` up to `until`. Without an end that was set when it began, a walk would never
 * end where rows come faster than it goes.
 */
export async function* walkWindows<R>(
  sender: Sender,
  statement: Statement,
  first: Values,
  until: string | number,
): AsyncGenerator<R> {
  for (let after = first; ; ) {
    const rows = await sender.query<Ended & R & { readonly found: true | null }>(statement, [
      ...after,
      until,
    ]);
    const [ended] = rows;
    if (ended === undefined) return;
    for (const row of rows) if (row.found === true) yield row as Awaited<R>;
    after = first.map((_, index) => ended[`last_${index}`] ?? null);
  }
}

/** Before the first order: tenants count from 1. */
export const BEFORE_ORDERS: Values = [-1, '0'.repeat(32)];

/** The key that orders are walked by. */
export const ORDER_KEY = { tenant: 'integer', id: 'uuid' } as const;
/** The same in tables of what belongs to orders. */
export const OWNER_KEY = { tenant: 'integer', order_id: 'uuid' } as const;

export const EVENT_KEY = { ...OWNER_KEY, version: 'integer' } as const;
/** Below every version, that of a damaged row too. */
export const BEFORE_EVENTS: Values = [...BEFORE_ORDERS, -(2 ** 31)];

export const COMMIT_KEY = { id: 'bigint' } as const;
export const BEFORE_COMMITS: Values = [0];
/** Each names a hundred events and more. */
export const COMMITS_AT_ONCE = 50;
