import { parseTaskId } from '../order/task-id.ts';
import type { RecordedEvent, Store, TaskKey } from '../ports/store.ts';

/** Events read at once while a task's end is looked up. */
const PAGE = 100;

/** Finds the newest entry of the trail that tells how a task has ended; undefined if there is none. */
export async function findEnd(
  store: Store,
  { tenant, orderId, id }: TaskKey,
): Promise<RecordedEvent | undefined> {
  const parts = parseTaskId(id);
  if (parts === undefined || parts.orderId !== orderId) return undefined;
  let found: RecordedEvent | undefined;
  // A task ends after the event that made it: what is older need not be read.
  for (let after = parts.version - 1; ; ) {
    const page = await store.trail({ tenant, orderId, direction: 'asc', after, limit: PAGE });
    for (const event of page) if (event.payload?.work?.id === id) found = event;
    const last = page.at(-1)?.head.version;
    if (last === undefined || page.length < PAGE) return found;
    after = last;
  }
}
