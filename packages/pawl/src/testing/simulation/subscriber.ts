import type { Subscription } from '../history/history.ts';
import { type Callers, TENANT } from './callers.ts';
import type { Chance } from './chance.ts';
import type { Schedule } from './schedule.ts';

/** Events read at once, and the longest wait between two reads, milliseconds. */
const PAGE = 20;
const LOOK_MS = 800;

/** Reads the feed from its beginning, from any node, while it is being written. */
export function subscribe(
  callers: Callers,
  schedule: Schedule,
  chance: Chance,
  isOpen: () => boolean,
): Subscription {
  const events: Subscription['events'][number][] = [];
  const read = async (): Promise<void> => {
    let after = 0;
    while (isOpen()) {
      await schedule.wait(chance.fraction() * LOOK_MS);
      const page = await callers.ask(chance, (pawl) => pawl.feed({ tenant: TENANT, after, limit: PAGE }));
      if (page === null) continue;
      for (const { position, head } of page.events)
        events.push({ position, orderId: head.orderId, version: head.version });
      after = page.next;
    }
  };
  void read();
  return { tenant: TENANT, events };
}
