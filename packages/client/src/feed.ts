import type { CallOptions } from './options.ts';
import { pageOf } from './pages.ts';
import { pause } from './pause.ts';
import type { Transport } from './transport.ts';
import type { DomainEvent } from './types.ts';

/** Milliseconds between two looks at a feed in which nothing happens. */
export const FOLLOW_MS = 1_000;

/** Events of a page, as many as the server gives. */
const PAGE_EVENTS = 100;

export interface FeedOptions extends CallOptions {
  /** A `cursor` of an earlier event. Default: from the beginning. */
  readonly after?: string | undefined;
  /** Whether to wait for more at the end of the feed. Default false: the iteration ends there. */
  readonly follow?: boolean | undefined;
  /** Milliseconds between two looks while following. Default {@link FOLLOW_MS}. */
  readonly followMs?: number | undefined;
}

/** An event with the place to go on from. */
export interface FeedEntry {
  readonly event: DomainEvent;
  /**
   * Keep it after handling the event, and give it as `after` to go on: no event is left out, but those of one page may
   * come again, so that handling must be idempotent by the event's `id`.
   */
  readonly cursor: string | null;
}

/** The domain events of all orders, in feed order; events of one order in the order of their versions. */
export async function* readFeed(
  transport: Transport,
  { after, follow = false, followMs = FOLLOW_MS, signal }: FeedOptions = {},
): AsyncGenerator<FeedEntry, void, undefined> {
  let cursor = after ?? null;
  for (;;) {
    const query = { after: cursor ?? undefined, limit: PAGE_EVENTS };
    const { data, next_cursor } = await pageOf<DomainEvent>(transport, { path: '/events', query, signal });
    for (const [index, event] of data.entries()) {
      // The place behind an event is only known of a page's last.
      yield { event, cursor: index === data.length - 1 ? next_cursor : cursor };
    }
    cursor = next_cursor ?? cursor;
    if (data.length > 0) continue;
    if (!follow) return;
    await pause(followMs, signal);
  }
}
