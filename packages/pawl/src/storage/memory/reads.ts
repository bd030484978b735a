import type { OrderEvent } from '../../order/event.ts';
import type { Order } from '../../order/order.ts';
import { orderIdTime } from '../../order/order-id.ts';
import type { LiveOrder } from '../../order/work.ts';
import type {
  DeadLetterQuery,
  FeedPage,
  FeedQuery,
  ListFilter,
  ListQuery,
  OrderKey,
  RecordedEvent,
  TrailQuery,
} from '../../ports/store.ts';
import { actorOf } from './actors.ts';
import type { OrderRow, Tables } from './tables.ts';
import { compareTasks } from './work/tasks.ts';

export function liveOrderOf(tables: Tables, { tenant, orderId }: OrderKey): LiveOrder | undefined {
  const row = tables.orders.get(orderId);
  return row?.order.tenant === tenant ? live(tables, row) : undefined;
}

export function readTrail(
  tables: Tables,
  { tenant, orderId, direction, after, limit }: TrailQuery,
): RecordedEvent[] {
  if (tables.orders.get(orderId)?.order.tenant !== tenant) return [];
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
  const fitting = [...tables.orders.values()].map(({ order }) => order).filter((order) => fits(order, query));
  const sorted = fitting.sort((a, b) => (a.id < b.id === (query.direction === 'asc') ? -1 : 1));
  const { after, direction } = query;
  const rest =
    after === null ? sorted : sorted.filter(({ id }) => (direction === 'asc' ? id > after : id < after));
  return rest.slice(query.offset, query.offset + query.limit);
}

export function readFeed(tables: Tables, { tenant, limit, ...query }: FeedQuery): FeedPage {
  const after = query.after ?? 0;
  const events = tables.feed
    .map((event, index) => ({ event, position: index + 1 }))
    .filter(({ event, position }) => position > after && event.head.tenant === tenant)
    .slice(0, limit)
    .map(({ event, position }) => {
      const { workflow, customerId, externalId } = (tables.orders.get(event.head.orderId) as OrderRow).order;
      return { ...withActor(tables, event), position, workflow, customerId, externalId };
    });
  return { events, next: events.at(-1)?.position ?? Math.max(after, 0) };
}

export function readDeadLetters(tables: Tables, query: DeadLetterQuery): LiveOrder[] {
  const { after, limit } = query;
  return [...tables.orders.values()]
    .filter(({ order }) => (order.blocked || order.awaitsReview) && fits(order, query))
    .filter(({ order }) => after === null || order.id > after)
    .sort((one, other) => (one.order.id < other.order.id ? -1 : 1))
    .slice(0, limit)
    .map((row) => live(tables, row));
}

function live({ work }: Tables, { order, effects, runs }: OrderRow): LiveOrder {
  const tasks = [...(work.tasksOf.get(order.id)?.values() ?? [])].sort(compareTasks);
  const timers = [...(work.timersOf.get(order.id)?.values() ?? [])].sort(
    (one, other) => one.enteredVersion - other.enteredVersion || one.index - other.index,
  );
  return { ...order, work: { tasks, timers, effects, runs } };
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
  return { ...event, actor: actorOf(tables, event.head.actor) };
}
