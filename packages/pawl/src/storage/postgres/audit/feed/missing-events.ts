import type { FeedProblem } from '../../../../ports/audit.ts';
import { orderOfUuid } from '../../connection/order-uuid.ts';
import type { Sender } from '../../connection/pool.ts';
import { FEED_BEGINNING } from '../../reader/detached.ts';
import { BEFORE_COMMITS, COMMIT_KEY, COMMITS_AT_ONCE, walkWindows, windowStatement } from '../windows.ts';
import { lastCommit } from './last-commit.ts';

/** A commit and its events become visible at one moment, and an event is detached at that at which the feed begins behind it. */
const MISSING = windowStatement({
  name: 'audit-missing-events',
  table: 'commits',
  key: COMMIT_KEY,
  bound: 'id',
  columns: ['first_position', 'tenants', 'order_ids', 'versions'],
  size: COMMITS_AT_ONCE,
  found: `SELECT k.tenant, k.order_id, k.version, w.first_position + k.number - 1 AS position
    FROM w CROSS JOIN LATERAL unnest(w.tenants, w.order_ids, w.versions) WITH ORDINALITY AS k (tenant, order_id, version, number)
    LEFT JOIN events e ON e.tenant = k.tenant AND e.order_id = k.order_id AND e.version = k.version
    WHERE e.version IS NULL AND (w.first_position + k.number - 1 <= (${FEED_BEGINNING})) IS NOT TRUE ORDER BY w.id, k.number`,
});

interface MissingRow {
  readonly tenant: number;
  readonly order_id: string;
  readonly version: number;
  readonly position: number | null;
}

/** Events that a commit names, and that are neither there nor detached. */
export async function* missingEvents(sender: Sender): AsyncGenerator<FeedProblem> {
  const until = await lastCommit(sender);
  for await (const row of walkWindows<MissingRow>(sender, MISSING, BEFORE_COMMITS, until)) {
    const { tenant, order_id: id, version, position } = row;
    yield { kind: 'feed-event-missing', tenant, orderId: orderOfUuid(id), version, position };
  }
}
