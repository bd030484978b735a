import { evolve } from '../order/evolve.ts';
import type { Order } from '../order/order.ts';
import type { Rejection } from '../order/rejection.ts';
import type { RecordedEvent, Store } from '../ports/store.ts';
import type { Definitions } from './definitions.ts';

/** Events read at once while an order's past is folded. */
const FOLD_PAGE = 500;

/** A moment of an order's life: the version itself, or the newest version recorded at that time or before. */
export type Moment = { readonly version: number } | { readonly time: number };

/** Orders as they were. */
export interface History {
  /** Undefined if there is no such order or it did not exist then; a rejection if what it was has been erased. */
  orderAt(tenant: number, orderId: string, moment: Moment): Promise<Order | Rejection | undefined>;
}

/** Folds the events of an order up to a moment. The newest version is answered from its row. */
export function createHistory(store: Store, definitions: Definitions): History {
  return {
    async orderAt(tenant, orderId, moment) {
      const [current] = await store.load([{ tenant, orderId }]);
      if (current === undefined || isNewest(moment, current)) return current;
      if ('version' in moment && moment.version > current.version) return undefined;
      let order: Order | undefined;
      for await (const event of eventsOf(store, tenant, orderId)) {
        if (isPast(moment, event)) break;
        if (event.payload === null) return { code: 'payload-erased', orderId, version: event.head.version };
        const { compiled } = definitions.byHash(event.head.workflowHash);
        order = evolve(order, { head: event.head, payload: event.payload }, event.hash, compiled);
      }
      return order;
    },
  };
}

function isNewest(moment: Moment, current: Order): boolean {
  return 'version' in moment ? moment.version === current.version : moment.time >= current.updatedAt;
}

function isPast(moment: Moment, { head }: RecordedEvent): boolean {
  return 'version' in moment ? head.version > moment.version : head.at > moment.time;
}

async function* eventsOf(store: Store, tenant: number, orderId: string): AsyncIterable<RecordedEvent> {
  let after: number | null = null;
  for (;;) {
    const page: readonly RecordedEvent[] = await store.trail({
      tenant,
      orderId,
      direction: 'asc',
      after,
      limit: FOLD_PAGE,
    });
    yield* page;
    if (page.length < FOLD_PAGE) return;
    after = page.at(-1)?.head.version ?? null;
  }
}
