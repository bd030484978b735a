import type { Examination, ExamineQuery, OrderKey } from '../../../../ports/store.ts';
import type { Sender, Statement } from '../../connection/pool.ts';
import { findIdleOrders } from './idle-orders.ts';
import { findLateWork } from './late-work.ts';

const TENANTS: Statement = { name: 'examine-tenants', text: 'SELECT number FROM tenants ORDER BY number' };
/** What readers of the feed will see as soon as positions are given. */
export const FEED_BEHIND: Statement = {
  name: 'examine-feed',
  text: `SELECT coalesce(sum(c.size), 0)::bigint AS events, min(c.committed_at) AS oldest FROM
    (SELECT size, committed_at FROM commits WHERE first_position IS NULL ORDER BY id LIMIT $1) c`,
};
/** Steps of a window. The whole of a million orders takes fifty windows. */
const STEPS_MAX = 10;

/** Looks at what is late, blocked or behind, and at orders that may stand still: some short statements, one after the other. */
export async function examine(sender: Sender, query: ExamineQuery, now: number): Promise<Examination> {
  const late = await findLateWork(sender, query, now);
  const [behind] = await sender.query<{ events: number; oldest: number | null }>(FEED_BEHIND, [
    query.countMax,
  ]);
  const tenants = await sender.query<{ number: number }>(TENANTS);
  const idle: OrderKey[] = [];
  let next = query.after;
  for (let steps = 0; steps < STEPS_MAX; steps++) {
    const step = await findIdleOrders(sender, query, next, query.idleMax - idle.length);
    idle.push(...step.idle);
    next = step.next;
    if (next === null || idle.length === query.idleMax) break;
  }
  return {
    ...late,
    feed: { events: behind?.events ?? 0, oldestAt: behind?.oldest ?? null },
    projections: [],
    tenants: tenants.map(({ number }) => number),
    idle,
    next,
  };
}
