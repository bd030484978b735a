import { readFileSync } from 'node:fs';
import type { LoadResult } from '../load/loops.ts';
import { failuresText, p99 } from '../load/told.ts';
import { startProgram, withServer } from '../servers/processes.ts';
import type { Database } from '../stores/database.ts';
import { withClient } from '../stores/postgres.ts';

/** Connections of the pool: each load is measured with all of them, and the best counts. */
const POOL_SIZES = [10, 20, 64] as const;

const CREATE_ORDERS = `
  INSERT INTO by_hand_orders (id, workflow, status, version, customer_id, currency, items, amount_total, metadata, created_at, updated_at)
  SELECT (lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3)
      || 'b' || substr(md5(random()::text), 1, 15))::uuid,
    $1, $2, 1, 'customer-' || n, 'USD',
    jsonb_build_array(jsonb_build_object('sku', 'SKU-' || n, 'qty', 2, 'price', '9.99')), 19.98, '{}', now(), now()
  FROM generate_series(1, $3::integer) AS n RETURNING id`;

/** What is measured: a load on orders that are at hand. */
export interface HandWritten {
  readonly workflow: 'retail' | 'endless';
  readonly orders: number;
  /** Runs the load; what it gives is what counts. */
  load(port: number, ids: readonly string[]): Promise<LoadResult>;
  /** The more the better. */
  score(load: LoadResult): number;
}

/** Measures the hand-written way with each pool size, on orders of its own in the same database server; the best counts. */
export async function measureByHand(
  database: Database,
  { workflow, orders, load, score }: HandWritten,
): Promise<{ load: LoadResult; note: string }> {
  const program = new URL('./server.ts', import.meta.url);
  const measured: { size: number; load: LoadResult }[] = [];
  for (const size of POOL_SIZES) {
    const ids = await freshOrders(database, workflow, orders);
    const env = { BASELINE_URL: database.url, BASELINE_POOL: String(size) };
    const run = ({ port }: { port: number }) => load(port, ids);
    measured.push({ size, load: await withServer(startProgram(program, env), run) });
  }
  const [best] = measured.toSorted((a, b) => score(b.load) - score(a.load)) as [(typeof measured)[0]];
  const others = measured.map(
    (one) => `${one.size}: ${Math.round(one.load.perSecond)}/s, p99 ${p99(one.load)} ms`,
  );
  return {
    load: best.load,
    note: `pool of ${best.size} is best (${others.join('; ')}); ${failuresText(best.load)}`,
  };
}

/** Orders in tables that are made anew. */
export async function freshOrders(
  { url, settle }: Database,
  workflow: string,
  count: number,
): Promise<string[]> {
  const ids = await withClient(url, async (client) => {
    await client.query('DROP TABLE IF EXISTS by_hand_orders, by_hand_events, by_hand_answers');
    await client.query(readFileSync(new URL('./schema.sql', import.meta.url), 'utf8'));
    const initial = workflow === 'retail' ? 'CREATED' : 'OPEN';
    const { rows } = await client.query<{ id: string }>(CREATE_ORDERS, [workflow, initial, count]);
    await client.query('VACUUM ANALYZE by_hand_orders');
    return rows.map(({ id }) => id);
  });
  await settle();
  return ids;
}
