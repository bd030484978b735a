import type { FeedProblem } from '../../../../ports/audit.ts';
import { orderOfUuid } from '../../connection/order-uuid.ts';
import type { Sender } from '../../connection/pool.ts';
import {
  BEFORE_COMMITS,
  BEFORE_EVENTS,
  COMMIT_KEY,
  COMMITS_AT_ONCE,
  EVENT_KEY,
  walkWindows,
  windowStatement,
} from '../windows.ts';
import { feedBeginsAt } from './beginning.ts';
import { lastCommit } from './last-commit.ts';

const EVENTS = windowStatement({
  name: 'audit-events-there',
  table: 'events',
  key: EVENT_KEY,
  bound: 'order_id',
  columns: ['at'],
  found: 'SELECT * FROM w',
});
const NAMED = windowStatement({
  name: 'audit-events-named',
  table: 'commits',
  key: COMMIT_KEY,
  bound: 'id',
  columns: ['tenants', 'order_ids', 'versions'],
  size: COMMITS_AT_ONCE,
  found: 'SELECT tenants, order_ids, versions FROM w',
});

/**
 * Events that are looked for among what commits name, at once: some hundred megabytes of memory. No index leads from an event to
 * its commit, which every commit would have to write: so all commits are read, once for each so many events.
 */
const EVENTS_AT_ONCE = 1_000_000;

interface EventRow {
  readonly tenant: number;
  readonly order_id: string;
  readonly version: number;
  readonly at: number;
}

interface NamedRow {
  readonly tenants: readonly number[];
  readonly order_ids: readonly string[];
  readonly versions: readonly number[];
}

/**
 * Events that no commit names, and those that are named more than once. Commits are read after the events, of which each has been
 * visible with its commit by then; what comes meanwhile is left to the next audit. Where history was detached, those from before the
 * feed begins are passed over.
 */
export async function* misnamedEvents(
  sender: Sender,
  until: string,
  eventsAtOnce: number = EVENTS_AT_ONCE,
): AsyncGenerator<FeedProblem> {
  let there = new Map<string, number>();
  for await (const { tenant, order_id: id, version, at } of walkWindows<EventRow>(
    sender,
    EVENTS,
    BEFORE_EVENTS,
    until,
  )) {
    there.set(keyOf(tenant, id, version), at);
    if (there.size < eventsAtOnce) continue;
    yield* misnamedOf(sender, there);
    there = new Map();
  }
  if (there.size > 0) yield* misnamedOf(sender, there);
}

/** `unnamed`: when each was recorded. */
async function* misnamedOf(sender: Sender, unnamed: Map<string, number>): AsyncGenerator<FeedProblem> {
  const named = new Set<string>();
  const until = await lastCommit(sender);
  for await (const commit of walkWindows<NamedRow>(sender, NAMED, BEFORE_COMMITS, until)) {
    for (const key of keysOf(commit)) {
      if (unnamed.delete(key)) named.add(key);
      else if (named.has(key)) yield { kind: 'feed-event-repeated', ...eventOf(key) };
    }
  }
  // Asked once the commits are read: those that were deleted meanwhile are then known to be.
  const beginsAt = await feedBeginsAt(sender);
  for (const [key, at] of unnamed) if (at > beginsAt) yield { kind: 'feed-event-unnamed', ...eventOf(key) };
}

function* keysOf({ tenants, order_ids: ids, versions }: NamedRow): Iterable<string> {
  for (const [index, id] of ids.entries()) yield keyOf(tenants[index] ?? 0, id, versions[index] ?? 0);
}

function keyOf(tenant: number, id: string, version: number): string {
  return `${tenant} ${id} ${version}`;
}

function eventOf(key: string): { tenant: number; orderId: string; version: number } {
  const [tenant = '', id = '', version = ''] = key.split(' ');
  return { tenant: Number(tenant), orderId: orderOfUuid(id), version: Number(version) };
}
