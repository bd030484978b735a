import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance, Subscription } from 'pawl/testing';
import { TENANT } from '../callers.ts';
import type { LoadTools } from './client.ts';

/** Events read at once, and the longest wait between two reads, milliseconds. */
const PAGE = 100;
const LOOK_MS = 150;

/** Reads the feed from its beginning while it is being written, and goes on behind what it was last given, to its end. */
export function subscribe(chance: Chance, { callers, isOpen }: Pick<LoadTools, 'callers' | 'isOpen'>) {
  const events: Subscription['events'][number][] = [];
  const done = (async () => {
    let after = '';
    for (let isAtEnd = false; isOpen() || !isAtEnd; ) {
      await sleep(chance.fraction() * LOOK_MS);
      const from = after === '' ? '' : `&after=${encodeURIComponent(after)}`;
      const page = await callers.ask({ method: 'GET', path: `/events?limit=${PAGE}${from}` }, chance);
      if (page === null) continue;
      const shown = page.body['data'] as readonly { readonly id: string }[];
      events.push(...shown.map(({ id }) => eventNamed(id)));
      isAtEnd = shown.length === 0;
      after = String(page.body['next_cursor']);
    }
  })();
  return { subscription: { tenant: TENANT, events } as Subscription, done };
}

/** `<order_id>:<version>`; its place in the feed is not shown. */
function eventNamed(id: string) {
  const [orderId = '', version] = id.split(':');
  return { position: null, orderId, version: Number(version) };
}
