import type { OrderKey } from '../../../ports/store.ts';
import { columnOf } from '../connection/columns.ts';
import { orderOfUuid } from '../connection/order-uuid.ts';
import type { Sender, Statement, Values } from '../connection/pool.ts';
import { idBounds, type Month } from '../months.ts';
import { FLAG_SETTLED, FLAG_TASKS, FLAG_TIMERS } from '../rows/flags.ts';
import { lastPositionOf, type Scan } from './positions.ts';

/**
 * How long a month must be over before its part can be detached, milliseconds. From its end on every event names its previous hash
 * (writer/batch-parameters.ts): a commit would have to be on its way for as long to bring one that does not.
 */
const MONTH_OVER_MS = 86_400_000;
/** Orders looked at in one read, and events counted: some ten milliseconds each. */
const ORDERS_AT_ONCE = 2_000;
const EVENTS_AT_ONCE = 20_000;
/** Orders that are named: enough to begin with. */
const EXAMPLES_MAX = 5;
/** Below the id of every order. */
const FIRST_UUID = '0'.repeat(32);

const TENANTS: Statement = { name: 'archive-tenants', text: 'SELECT number FROM tenants ORDER BY number' };
const ORDERS: Statement = {
  name: 'archive-orders',
  text: `WITH seen AS MATERIALIZED (
      SELECT o.id, o.place, o.flags, o.updated_at FROM orders o
      WHERE o.tenant = $1 AND o.id > $2::uuid AND o.id < $3::uuid ORDER BY o.id LIMIT ${ORDERS_AT_ONCE}
    ), standing AS MATERIALIZED (
      SELECT s.id FROM seen s LEFT JOIN order_bodies b ON b.tenant = $1 AND b.id = s.id
      WHERE s.updated_at > $4 OR s.flags & ${FLAG_SETTLED} = 0 AND (s.flags & ${FLAG_TASKS | FLAG_TIMERS} <> 0 OR NOT EXISTS (
        SELECT FROM unnest($5::integer[], $6::integer[]) AS r (hash, place) WHERE r.hash = b.workflow_hash AND r.place = s.place))
    )
    SELECT (SELECT count(*)::integer FROM seen) AS looked, (SELECT s.id FROM seen s ORDER BY s.id DESC LIMIT 1) AS last,
      (SELECT count(*)::integer FROM standing) AS standing,
      (SELECT coalesce(json_agg(e.id), '[]') FROM (SELECT s.id FROM standing s LIMIT ${EXAMPLES_MAX}) e) AS examples`,
};
const RULES: Statement = {
  name: 'archive-rules',
  text: `SELECT h.number AS hash, p.number AS place FROM unnest($1::text[], $2::text[], $3::text[]) AS r (hash, workflow, status)
    JOIN workflow_hashes h ON h.hash = decode(r.hash, 'hex') JOIN places p ON p.workflow = r.workflow AND p.status = r.status`,
};
const LATEST_EXPIRY: Statement = {
  name: 'archive-latest-expiry',
  text: 'SELECT expires_at FROM idempotency_keys ORDER BY expires_at DESC LIMIT 1',
};

/** A state in which history can be detached although it is not final. */
export interface ArchivableState {
  readonly workflowHash: string;
  readonly workflow: string;
  readonly status: string;
}

export interface PartQuery {
  readonly month: Month;
  /** How long every order of the month must have been as it is, milliseconds. */
  readonly quietMs: number;
  readonly archivable: readonly ArchivableState[];
}

/** Why a part cannot be detached now. */
export type Obstacle =
  /** `from`: when it is long enough over, milliseconds since the epoch. */
  | { readonly kind: 'month-not-over'; readonly from: number }
  /** Orders that are not settled or have moved of late. */
  | { readonly kind: 'orders-standing'; readonly count: number; readonly examples: readonly OrderKey[] }
  /** Idempotency keys are kept for longer than orders must have been quiet: what they repeat reads events. */
  | { readonly kind: 'keys-live-longer'; readonly ms: number };

/** What is in a part, and what stands in the way of detaching it. */
export interface Inspection extends Scan {
  /** Orders with events in the part. */
  readonly orders: number;
  readonly events: number;
  readonly obstacles: readonly Obstacle[];
}

/** Looks at a part and at every order of its month, window by window. */
export async function inspectPart(sender: Sender, query: PartQuery, now: number): Promise<Inspection> {
  const { month, quietMs } = query;
  // The feed is looked through first: whatever moves an order after that is found when the part is detached.
  const scan = await lastPositionOf(sender, month);
  const counts = await countEvents(sender, month.part);
  const obstacles: Obstacle[] = [];
  const over = month.until + MONTH_OVER_MS;
  if (now < over) obstacles.push({ kind: 'month-not-over', from: over });
  const standing = await standingOrders(sender, query, now);
  if (standing.count > 0) obstacles.push({ kind: 'orders-standing', ...standing });
  const [latest] = await sender.query<{ expires_at: number }>(LATEST_EXPIRY);
  const livesMs = (latest?.expires_at ?? now) - now;
  if (livesMs > quietMs) obstacles.push({ kind: 'keys-live-longer', ms: livesMs });
  return { ...scan, ...counts, obstacles };
}

async function standingOrders(
  sender: Sender,
  { month, quietMs, archivable }: PartQuery,
  now: number,
): Promise<{ readonly count: number; readonly examples: readonly OrderKey[] }> {
  const rules = await sender.query<{ hash: number; place: number }>(RULES, [
    columnOf(
      'text',
      archivable.map(({ workflowHash }) => workflowHash),
    ),
    columnOf(
      'text',
      archivable.map(({ workflow }) => workflow),
    ),
    columnOf(
      'text',
      archivable.map(({ status }) => status),
    ),
  ]);
  const hashes = columnOf(
    'int4',
    rules.map(({ hash }) => hash),
  );
  const places = columnOf(
    'int4',
    rules.map(({ place }) => place),
  );
  const [from, until] = idBounds(month);
  const examples: OrderKey[] = [];
  let count = 0;
  for (const { number: tenant } of await sender.query<{ number: number }>(TENANTS)) {
    for (let after = from; ; ) {
      const values = [tenant, after, until, now - quietMs, hashes, places];
      const [row] = await sender.query<OrdersRow>(ORDERS, values);
      count += row?.standing ?? 0;
      for (const id of row?.examples ?? []) examples.push({ tenant, orderId: orderOfUuid(id) });
      if (row === undefined || row.last === null || row.looked < ORDERS_AT_ONCE) break;
      after = row.last;
    }
  }
  return { count, examples: examples.slice(0, EXAMPLES_MAX) };
}

interface OrdersRow {
  readonly looked: number;
  readonly last: string | null;
  readonly standing: number;
  readonly examples: readonly string[];
}

/** None where there is no such part. */
async function countEvents(sender: Sender, part: string): Promise<{ orders: number; events: number }> {
  const total = { orders: 0, events: 0 };
  if (!(await hasTable(sender, part))) return total;
  const statement = countStatement(part);
  let last: EventKeyRow | null = { tenant: -1, order_id: FIRST_UUID, version: 0 };
  while (last !== null) {
    const values: Values = [last.tenant, last.order_id, last.version];
    const row: CountRow | undefined = (await sender.query<CountRow>(statement, values))[0];
    total.orders += row?.orders ?? 0;
    total.events += row?.events ?? 0;
    last = row?.last ?? null;
  }
  return total;
}

interface EventKeyRow {
  readonly tenant: number;
  readonly order_id: string;
  readonly version: number;
}

interface CountRow {
  readonly orders: number;
  readonly events: number;
  readonly last: EventKeyRow | null;
}

function countStatement(part: string): Statement {
  return {
    name: '',
    text: `WITH seen AS MATERIALIZED (
        SELECT e.tenant, e.order_id, e.version FROM ${part} e WHERE (e.tenant, e.order_id, e.version) > ($1, $2::uuid, $3)
        ORDER BY e.tenant, e.order_id, e.version LIMIT ${EVENTS_AT_ONCE}
      ), ranked AS (
        SELECT s.*, lag(s.order_id, 1, $2::uuid) OVER (ORDER BY s.tenant, s.order_id, s.version) AS before FROM seen s
      )
      SELECT count(*)::integer AS events, (count(*) FILTER (WHERE r.order_id <> r.before))::integer AS orders,
        (SELECT row_to_json(s) FROM seen s ORDER BY s.tenant DESC, s.order_id DESC, s.version DESC LIMIT 1) AS last
      FROM ranked r`,
  };
}

/** Whether a table is there, by its plain name. */
export async function hasTable(sender: Sender, name: string): Promise<boolean> {
  const statement = { name: 'archive-table', text: 'SELECT to_regclass($1) IS NOT NULL AS found' };
  const [row] = await sender.query<{ found: boolean }>(statement, [name]);
  return row?.found === true;
}
