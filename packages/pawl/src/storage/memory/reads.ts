import type { OrderEvent } from '../../order/event.ts';
import type { Order } from '../../order/order.ts';
import { orderIdTime } from '../../order/order-id.ts';
import type {
  FeedPage,
  FeedQuery,
  ListFilter,
  ListQuery,
  RecordedEvent,
  TrailQuery,
} from '../../ports/store.ts';
import type { Tables } from './tables.ts';

export function readTrail(
  tables: Tables,
  { tenant, orderId, direction, after, limit }: TrailQuery,
): RecordedEvent[] {
  if (tables.orders.get(orderId)?.tenant !== tenant) return [];
  const events = tables.events.get(orderId) ?? [];
  // A version beyond an end of the history is that end.
  const from = Math.max(after ?? 0, 0);
  const until = Math.min(after ?? Number.POSITIVE_INFINITY, events.length + 1) - 1;
  const wanted =
    direction === 'asc'
      ? events.slice(from, from + limit)
      : events.slice(Math.max(0, until - limit), Math.max(0, until)).reverse();
  return wanted.map((event) => withActor(tables, event));
}

export function readList(tables: Tables, query: ListQuery): Order[] {
  const fitting = [...tables.orders.values()].filter((order) => fits(order, query));
  const sorted = fitting.sort((a, b) => (a.id < b.id === (query.direction === 'asc') ? -1 : 1));
  const { after, direction } = query;
  const rest =
    after === null ? sorted : sorted.filter(({ id }) => (direction === 'asc' ? id > after : id < after));
  return rest.slice(query.offset, query.offset + query.limit);
}

export function readFeed(tables: Tables, { tenant, after, limit }: FeedQuery): FeedPage {
  const events = tables.feed
    .map((event, index) => ({ event, position: index + 1 }))
    .filter(({ event, position }) => position > after && event.head.tenant === tenant)
    .slice(0, limit)
    .map(({ event, position }) => {
      const {
        workflow,
        customerId = null,
        externalId = null,
      } = tables.orders.get(event.head.orderId) as Order;
      return { ...withActor(tables, event), position, workflow, customerId, externalId };
    });
  return { events, next: events.at(-1)?.position ?? Math.max(after, 0) };
}

function fits(order: Order, filter: ListFilter): boolean {
  const { workflow, status, customerId, externalId, createdAfter, createdBefore } = filter;
  return (
    order.tenant === filter.tenant &&
    (workflow === undefined || order.workflow === workflow) &&
    (status === undefined || order.status === status) &&
    (customerId === undefined || order.customerId === customerId) &&
    (externalId === undefined || order.externalId === externalId) &&
    (createdAfter === undefined || orderIdTime(order.id) > createdAfter) &&
    (createdBefore === undefined || orderIdTime(order.id) < createdBefore)
  );
}

function withActor(tables: Tables, event: OrderEvent): RecordedEvent {
  const actor = tables.actors[event.head.actor - 1];
  if (actor === undefined)
    throw new Error(`event ${event.head.orderId}:${event.head.version} names an unknown actor`);
  return { ...event, actor };
}
