import type { OrderEvent } from '../../../order/event.ts';
import type { Sender, Statement } from '../connection/pool.ts';
import type { SmallNumbers } from '../connection/small-numbers.ts';
import { EVENT_COLUMNS, type EventRow, eventJoins, eventsOf } from '../rows/event-rows.ts';
import type { DetachedPart } from './parts.ts';

/** Events read at once: a megabyte or so. */
const PAGE = 1_000;

/** An event with the name of its order's workflow, which its head leaves out. */
export type ArchivedEvent = OrderEvent & { readonly workflow: string };

/** All events of a detached part, by tenant, order and version. */
export async function* pagesOf(
  sender: Sender,
  numbers: SmallNumbers,
  { table }: DetachedPart,
): AsyncGenerator<readonly ArchivedEvent[]> {
  const statement = pageStatement(table);
  let after: readonly [tenant: number, orderId: string, version: number] = [-1, '0'.repeat(32), 0];
  for (;;) {
    const rows = await sender.query<EventRow>(statement, after);
    const events = await eventsOf(rows, numbers);
    yield events.map(({ actor: _, ...event }, index) => ({
      ...event,
      workflow: numbers.place((rows[index] as EventRow).place_to).workflow,
    }));
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = [last.tenant, last.order_id, last.version];
  }
}

function pageStatement(table: string): Statement {
  return {
    name: '',
    text: `SELECT ${EVENT_COLUMNS} FROM ${table} e ${eventJoins(table)}
      WHERE (e.tenant, e.order_id, e.version) > ($1, $2::uuid, $3) ORDER BY e.tenant, e.order_id, e.version LIMIT ${PAGE}`,
  };
}
