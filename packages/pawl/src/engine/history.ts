import type { EventPayload } from '../order/event.ts';
import { entersState, standing } from '../order/evolve.ts';
import type { Order } from '../order/order.ts';
import type { Rejection } from '../order/rejection.ts';
import { HistoryDetachedError, type RecordedEvent, type Store } from '../ports/store.ts';
import type { Definitions } from './definitions.ts';

/** Events read at once while an order's past is looked up. */
const PAGE = 100;

/** A moment of an order's life: the version itself, or the newest version recorded at that time or before. */
export type Moment = { readonly version: number } | { readonly time: number };

/** Orders as they were. */
export interface History {
  /** Undefined if there is no such order or it did not exist then; a rejection if what it was has been erased or detached. */
  orderAt(tenant: number, orderId: string, moment: Moment): Promise<Order | Rejection | undefined>;
}

/**
 * Finds an order as it was, going back from the moment only as far as to the last edit: what changes between two edits is
 * in the heads, and what never changes is in the row.
 */
export function createHistory(store: Store, definitions: Definitions): History {
  return {
    async orderAt(tenant, orderId, moment) {
      const [current] = await store.load([{ tenant, orderId }]);
      if (current === undefined || isNewest(moment, current)) return current;
      if ('version' in moment && moment.version > current.version) return undefined;
      const last = 'version' in moment ? moment.version : current.version;
      return await rewind(current, moment, eventsBack(store, current, last), definitions).catch(
        (error: unknown) => detachedThen(current, moment, error),
      );
    },
  };
}

function detachedThen({ id: orderId }: Order, moment: Moment, error: unknown): Rejection {
  if (!(error instanceof HistoryDetachedError)) throw error;
  const version = 'version' in moment ? moment.version : null;
  return { code: 'history-detached', orderId, version, archives: error.archives };
}

async function rewind(
  current: Order,
  moment: Moment,
  events: AsyncIterable<RecordedEvent>,
  definitions: Definitions,
): Promise<Order | Rejection | undefined> {
  let newest: RecordedEvent | undefined;
  let enteredVersion: number | undefined;
  let fields: EventPayload['fields'];
  for await (const event of events) {
    const { head, payload } = event;
    if ('time' in moment && head.at > moment.time) continue;
    newest ??= event;
    if (entersState(event)) enteredVersion ??= head.version;
    if (fields === undefined && (head.type === 'created' || head.type === 'edited')) {
      if (payload === null) return { code: 'payload-erased', orderId: current.id, version: head.version };
      fields = payload.fields;
    }
    if (fields !== undefined && enteredVersion !== undefined) {
      return { ...current, ...fields, ...stateAt(newest, definitions), enteredVersion };
    }
  }
  return undefined;
}

function stateAt(event: RecordedEvent, definitions: Definitions): Partial<Order> {
  const { head, hash } = event;
  return {
    status: head.to,
    version: head.version,
    ...standing(event, definitions.byHash(head.workflowHash).compiled),
    updatedAt: head.at,
    lastHash: hash,
  };
}

function isNewest(moment: Moment, current: Order): boolean {
  return 'version' in moment ? moment.version === current.version : moment.time >= current.updatedAt;
}

/** From a version back to the first. */
async function* eventsBack(store: Store, { tenant, id }: Order, last: number): AsyncIterable<RecordedEvent> {
  let after = last + 1;
  while (after > 1) {
    const page = await store.trail({ tenant, orderId: id, direction: 'desc', after, limit: PAGE });
    yield* page;
    after = page.at(-1)?.head.version ?? 1;
  }
}
