import type pg from 'pg';
import { withClient } from '../stores/postgres.ts';
import { AMOUNT, CURRENCY, EVENTS, FROM, type Names, type Plan, type SeededOrder, TO } from './history.ts';

/** Orders of one transaction: some 15 MB of parameters. */
const AT_ONCE = 10_000;
/** Orders of one row of `commits`, as a busy node writes them. */
const ORDERS_PER_COMMIT = 64;
/** Numbers that stand for types of events in rows. */
const CREATED = 1;
const TRANSITIONED = 3;

const ADD_ORDERS = `INSERT INTO orders (tenant, id, place, version, entered_version, flags, updated_at, last_hash)
  SELECT $1, id, $2, ${EVENTS}, ${EVENTS}, 0, at, decode(hash, 'hex')
  FROM unnest($3::uuid[], $4::bigint[], $5::text[]) AS o (id, at, hash)`;
const ADD_BODIES = `INSERT INTO order_bodies (tenant, id, customer_id, workflow_version, workflow_hash, created_at, currency,
    amount_total, items, metadata)
  SELECT $1, id, customer, $2, $3, at, '${CURRENCY}', '${AMOUNT}', items, '{}'
  FROM unnest($4::uuid[], $5::text[], $6::bigint[], $7::text[]) AS b (id, customer, at, items)`;
const ADD_EVENTS = `INSERT INTO events (tenant, order_id, version, type, actor, place_from, place_to, workflow_hash, at, salt,
    payload_hash, hash, previous_hash, event, payload)
  SELECT $1, id, $2, $3, $4, $5, $6, $7, at, salt, decode(payload_hash, 'hex'), decode(hash, 'hex'), decode(previous, 'hex'), $8, payload
  FROM unnest($9::uuid[], $10::bigint[], $11::uuid[], $12::text[], $13::text[], $14::text[], $15::text[])
    AS e (id, at, salt, payload_hash, hash, previous, payload)`;
const ADD_COMMITS = `INSERT INTO commits (first_position, size, committed_at, tenants, order_ids, versions)
  SELECT $1::bigint + ${EVENTS} * (min(n) - 1), count(*), max(at), array_agg($2::integer ORDER BY n, v), array_agg(id ORDER BY n, v),
    array_agg(v ORDER BY n, v)
  FROM unnest($3::uuid[], $4::bigint[]) WITH ORDINALITY AS o (id, at, n) CROSS JOIN generate_series(1, ${EVENTS}) AS v
  GROUP BY (n - 1) / ${ORDERS_PER_COMMIT}`;
const ADD_PLACE = 'INSERT INTO places (workflow, status) VALUES ($1, $2) RETURNING number';
const ADD_HASH = `INSERT INTO workflow_hashes (hash) VALUES (decode($1, 'hex')) RETURNING number`;

interface Numbers {
  readonly from: number;
  readonly to: number;
  readonly hash: number;
}

/** Writes the orders of a plan into a new database. */
export async function seedPostgres(url: string, plan: Plan, names: Names, count: number): Promise<void> {
  await withClient(url, async (client) => {
    await client.query('SET search_path = pawl');
    // What a lost machine would lose is the seeding alone; the checkpoint at its end makes all of it durable.
    await client.query('SET synchronous_commit = off');
    await addParts(client, plan.createdAt(0), plan.createdAt(count));
    const numbers = {
      from: await numberOf(client, ADD_PLACE, [names.workflow, FROM]),
      to: await numberOf(client, ADD_PLACE, [names.workflow, TO]),
      hash: await numberOf(client, ADD_HASH, [names.workflowHash]),
    };
    for (let from = 0; from < count; from += AT_ONCE) {
      const size = Math.min(AT_ONCE, count - from);
      const orders = Array.from({ length: size }, (_, index) => plan.order(from + index));
      await client.query('BEGIN');
      await addOrders(client, orders, names, numbers);
      await client.query('COMMIT');
    }
    await client.query('UPDATE feed_head SET next_position = $1', [count * EVENTS + 1]);
    for (const table of ['orders', 'order_bodies', 'events', 'commits'])
      await client.query(`VACUUM (ANALYZE) ${table}`);
    await client.query('CHECKPOINT');
  });
}

/** The parts of the events table for the months that the orders were made in, as far as the server has not made them. */
async function addParts(client: pg.Client, from: number, until: number): Promise<void> {
  for (let month = monthOf(from); month <= until; month = nextMonth(month)) {
    const [year = '', number = ''] = new Date(month).toISOString().split('-');
    const bounds = `FROM ('${firstUuidOf(month)}') TO ('${firstUuidOf(nextMonth(month))}')`;
    await client.query(
      `CREATE TABLE IF NOT EXISTS events_${year}_${number} PARTITION OF events FOR VALUES ${bounds}`,
    );
  }
}

function monthOf(time: number): number {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

function nextMonth(month: number): number {
  const date = new Date(month);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

/** Not above any id of that millisecond: its version is 7 and its variant 2, all else 0. */
function firstUuidOf(ms: number): string {
  return `${ms.toString(16).padStart(12, '0')}${'0'.repeat(20)}`;
}

async function addOrders(
  client: pg.Client,
  orders: readonly SeededOrder[],
  { tenant, actor, workflowVersion }: Names,
  { from, to, hash }: Numbers,
): Promise<void> {
  const ids = orders.map(({ id }) => Buffer.from(id).toString('hex'));
  const [created, flipped] = [orders.map(({ events }) => events[0]), orders.map(({ events }) => events[1])];
  const columnsOf = (events: typeof created): unknown[] => [
    ids,
    events.map(({ head }) => head.at),
    events.map(({ salt }) => salt),
    events.map(({ payloadHash }) => payloadHash),
    events.map((event) => event.hash),
    // The hash of the version before is the previous hash: only the first event has one of its own.
    events.map(({ head, previousHash }) => (head.version === 1 ? previousHash : null)),
    events.map(({ payloadText }) => payloadText),
  ];
  const updated = flipped.map(({ head }) => head.at);
  const hashes = flipped.map((event) => event.hash);
  const customers = orders.map(({ customerId }) => customerId);
  const times = orders.map(({ createdAt }) => createdAt);
  const items = orders.map((order) => order.items);
  const firstPosition = (orders[0]?.index ?? 0) * EVENTS + 1;
  const step = [tenant, EVENTS, TRANSITIONED, actor, from, to, hash, 'flip'];
  await client.query(ADD_ORDERS, [tenant, to, ids, updated, hashes]);
  await client.query(ADD_BODIES, [tenant, workflowVersion, hash, ids, customers, times, items]);
  await client.query(ADD_EVENTS, [tenant, 1, CREATED, actor, null, from, hash, null, ...columnsOf(created)]);
  await client.query(ADD_EVENTS, [...step, ...columnsOf(flipped)]);
  await client.query(ADD_COMMITS, [firstPosition, tenant, ids, updated]);
}

async function numberOf(client: pg.Client, sql: string, values: readonly string[]): Promise<number> {
  const { rows } = await client.query<{ number: number }>(sql, [...values]);
  return rows[0]?.number ?? Number.NaN;
}
