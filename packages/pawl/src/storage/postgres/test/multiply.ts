/** Sends SQL. */
export type Send = <R extends object>(text: string) => Promise<readonly R[]>;

const TABLES = [
  'orders',
  'order_bodies',
  'events',
  'commits',
  'tasks',
  'timers',
  'idempotency_keys',
  'stock',
  'stock_movements',
] as const;

/** Ids begin with their time, which stays: copies are in the same part of the events. */
const otherId = (id: string) => `(left(${id}::text, 24) || lpad(to_hex(n), 12, '0'))::uuid`;
const otherText = (text: string) => `${text} || '-' || n`;

/**
 * Copies everything of a database in the schema `pawl` that has that many events, under other ids, so many times: for plans, which ask
 * how much there is, and not for what checks a chain.
 */
export async function multiply(send: Send, copies: number, events: number): Promise<void> {
  if (copies <= 0) return;
  /** What a copy of a row has instead of what the row has; `n` is the number of the copy. */
  const copied: Readonly<Record<string, string>> = {
    id: otherId('r.id'),
    order_id: otherId('r.order_id'),
    order_ids: `ARRAY(SELECT ${otherId('o.id')} FROM unnest(r.order_ids) WITH ORDINALITY AS o (id, place) ORDER BY o.place)`,
    first_position: `r.first_position + n * ${events}`,
    external_id: otherText('r.external_id'),
    customer_id: otherText('r.customer_id'),
    sku: otherText('r.sku'),
    effect_key: otherText('r.effect_key'),
    'idempotency_keys.hash': 'md5(r.hash::text || n)::uuid',
    'idempotency_keys.order_id': 'r.order_id',
  };
  for (const table of TABLES) {
    const columns = await send<{ name: string }>(
      `SELECT column_name AS name FROM information_schema.columns
        WHERE table_schema = 'pawl' AND table_name = '${table}' AND is_generated = 'NEVER' AND is_identity = 'NO'`,
    );
    const names = columns.map(({ name }) => name);
    const values = names.map((name) => copied[`${table}.${name}`] ?? copied[name] ?? `r.${name}`);
    await send(
      `INSERT INTO pawl.${table} (${names.join(', ')}) SELECT ${values.join(', ')} FROM pawl.${table} r, generate_series(1, ${copies}) n`,
    );
  }
  await send(`UPDATE pawl.feed_head SET next_position = next_position + ${copies * events}`);
}
