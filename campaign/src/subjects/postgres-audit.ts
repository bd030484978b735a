import { type Finding, finding } from '../findings.ts';

/**
 * What no reader of the store can see, each as a count of what must not be: rows that belong to nothing, commits that say something
 * else than the events, places in the feed that are given twice or not at all, and locks that were taken in different orders.
 */
const STRAYS: Readonly<Record<string, string>> = {
  'orders without a body, or bodies without an order':
    'SELECT count(*) FROM orders o FULL JOIN order_bodies b USING (tenant, id) WHERE o.id IS NULL OR b.id IS NULL',
  'orders whose version is not the number of their events': `SELECT count(*) FROM orders o FULL JOIN
      (SELECT tenant, order_id, count(*) AS n, max(version) AS last FROM events GROUP BY 1, 2) e
      ON e.tenant = o.tenant AND e.order_id = o.id WHERE o.version IS DISTINCT FROM e.n OR e.n IS DISTINCT FROM e.last`,
  'tasks of no order':
    'SELECT count(*) FROM tasks t WHERE NOT EXISTS (SELECT FROM orders o WHERE o.tenant = t.tenant AND o.id = t.order_id)',
  'timers of no order':
    'SELECT count(*) FROM timers t WHERE NOT EXISTS (SELECT FROM orders o WHERE o.tenant = t.tenant AND o.id = t.order_id)',
  'events that are not in exactly one commit': `SELECT count(*) FROM events e FULL JOIN
      (SELECT k.tenant, k.order_id, k.version, count(*) AS n FROM commits c
        CROSS JOIN LATERAL unnest(c.tenants, c.order_ids, c.versions) AS k (tenant, order_id, version) GROUP BY 1, 2, 3) k
      USING (tenant, order_id, version) WHERE e.version IS NULL OR k.n IS DISTINCT FROM 1`,
  'commits with another size than they have events':
    'SELECT count(*) FROM commits WHERE size <> cardinality(versions) OR size <> cardinality(order_ids) OR size <> cardinality(tenants)',
  'gaps or overlaps of positions in the feed': `SELECT count(*) FROM (SELECT first_position,
      lag(first_position + size, 1, 1::bigint) OVER (ORDER BY first_position) AS expected FROM commits WHERE first_position IS NOT NULL) c
      WHERE first_position <> expected`,
  deadlocks: 'SELECT deadlocks AS count FROM pg_stat_database WHERE datname = current_database()',
};

/** Sends SQL and gives the rows. */
type Ask = (text: string) => Promise<readonly { readonly count: string }[]>;

/** Looks for what must not be in a database that no server has. */
export async function auditPostgres(ask: Ask): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const [what, text] of Object.entries(STRAYS)) {
    const [row] = await ask(text);
    if (Number(row?.count) !== 0) found.push(finding('audit-failed', `${row?.count} ${what}`));
  }
  return found;
}
