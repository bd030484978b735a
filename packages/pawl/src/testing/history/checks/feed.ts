import type { Evidence } from '../evidence.ts';
import type { Subscription } from '../history.ts';
import type { Violation } from '../violation.ts';

/** Whoever reads the feed is given every event once, and those of an order in turn; so is who reads it all in the end. */
export function* checkFeed({ history, final, orders }: Evidence): Iterable<Violation> {
  for (const [tenant, events] of final.feeds) {
    const whole = events.map(({ position, head }) => ({
      position,
      orderId: head.orderId,
      version: head.version,
    }));
    yield* checkReading(whole);
    const positions = new Map(whole.map((event) => [nameOf(event), event.position]));
    for (const { id, order, trail } of orders.values()) {
      if (order.tenant !== tenant) continue;
      for (const { head } of trail) {
        if (!positions.has(nameOf({ orderId: id, version: head.version })))
          yield { promise: 'feed-lost', orderId: id, detail: `the feed lacks version ${head.version}` };
      }
    }
    for (const subscription of history.subscriptions) {
      if (subscription.tenant !== tenant) continue;
      yield* checkShown(subscription, positions);
      const placed = placedIn(subscription, positions);
      yield* checkReading(placed);
      yield* checkPassed(placed, whole);
    }
  }
}

interface Shown {
  readonly position: number;
  readonly orderId: string;
  readonly version: number;
}

/** What anybody was shown is there for everybody. */
function* checkShown({ events }: Subscription, positions: ReadonlyMap<string, number>): Iterable<Violation> {
  for (const { orderId, version } of events) {
    if (positions.has(nameOf({ orderId, version }))) continue;
    const detail = `a reader was shown version ${version}, and the feed does not have it`;
    yield { promise: 'feed-lost', orderId, detail };
  }
}

/** What is at no place at all has been told of. */
function placedIn({ events }: Subscription, positions: ReadonlyMap<string, number>): readonly Shown[] {
  return events.flatMap((event) => {
    const position = event.position ?? positions.get(nameOf(event));
    return position === undefined ? [] : [{ ...event, position }];
  });
}

function* checkReading(events: readonly Shown[]): Iterable<Violation> {
  const versions = new Map<string, number>();
  let last = 0;
  for (const { position, orderId, version } of events) {
    const before = versions.get(orderId) ?? 0;
    if (version <= before) {
      const promise = version === before ? 'feed-doubled' : 'feed-inverted';
      yield { promise, orderId, detail: `version ${version} is shown after version ${before}` };
    } else if (version > before + 1) {
      yield { promise: 'feed-lost', orderId, detail: `version ${version} is shown after version ${before}` };
    }
    if (position <= last)
      yield { promise: 'feed-inverted', orderId, detail: `position ${position} is shown after ${last}` };
    versions.set(orderId, Math.max(before, version));
    last = Math.max(last, position);
  }
}

/** What lies before the place that a reader has reached is not shown to it any more. */
function* checkPassed(events: readonly Shown[], whole: readonly Shown[]): Iterable<Violation> {
  const seen = new Set(events.map(nameOf));
  const reached = events.at(-1)?.position ?? 0;
  for (const event of whole) {
    if (event.position > reached || seen.has(nameOf(event))) continue;
    const detail = `a reader has passed position ${event.position} without having seen version ${event.version}`;
    yield { promise: 'feed-lost', orderId: event.orderId, detail };
  }
}

function nameOf({ orderId, version }: Pick<Shown, 'orderId' | 'version'>): string {
  return `${orderId}:${version}`;
}
