import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isOrderId, type ListFilter, type Order, type Pawl, type RecordedEvent, type Rejection } from 'pawl';
import type { Static } from 'typebox';
import { sendJson, sendOrder } from '../../answer.ts';
import { callerOf } from '../../call.ts';
import type { AppDeps } from '../../deps.ts';
import type { Cursors } from '../../input/cursor.ts';
import { parseTime } from '../../input/time.ts';
import { sendPage, windowOf } from '../../page.ts';
import { readRetained } from '../../refusal/detached.ts';
import { sendProblem } from '../../refusal/problem-answer.ts';
import { invalidPart, type ProblemDetails } from '../../refusal/problem-error.ts';
import { refusalOf } from '../../refusal/refusal.ts';
import { viewOrder } from '../../render/order.ts';
import { viewTrailEntry } from '../../render/trail.ts';
import { viewWaiting } from '../../render/waiting.ts';
import { describeOperation } from '../../schema/operation.ts';
import { momentQuery, noQuery, orderListQuery, orderParams, trailQuery } from '../../schema/queries.ts';

type OrderPath = Static<typeof orderParams>;
type ListQueryString = Static<typeof orderListQuery>;
type MomentQueryString = Static<typeof momentQuery>;
type TrailQueryString = Static<typeof trailQuery>;

const list = describeOperation('list_orders', {
  tag: 'Orders',
  summary: 'List orders by the time of their creation',
  answers: { 200: { description: 'A page of orders.', body: 'OrderPage', headers: ['Link'] } },
});
const read = describeOperation('get_order', {
  tag: 'Orders',
  summary: 'Read an order, as it is or as it was',
  reads: ['If-None-Match'],
  answers: {
    200: { description: 'The order.', body: 'Order', headers: ['ETag'] },
    304: { description: 'It is still what you have.' },
  },
  problems: ['order-not-found', 'payload-erased', 'history-detached'],
});
const actions = describeOperation('list_order_actions', {
  tag: 'Orders',
  summary: 'Say which events are possible now, and why not the others',
  answers: { 200: { description: 'Every event of the order’s workflow.', body: 'ActionPage' } },
  problems: ['order-not-found'],
});
const waiting = describeOperation('get_order_waiting', {
  tag: 'Orders',
  summary: 'Say why an order is where it is',
  description:
    'What must happen before the order goes on: tasks with their attempts and the next one, timers, events that somebody has to send, a person who has to look at it. Nothing of it is needed of a settled order that waits for no review.',
  answers: { 200: { description: 'Everything that it waits for.', body: 'Waiting' } },
  problems: ['order-not-found'],
});
const trail = describeOperation('list_order_events', {
  tag: 'Orders',
  summary: 'Read an order’s audit trail',
  description:
    'Versions that were detached are not shown: without a cursor the trail begins with the first that is left. A page that would begin with a detached one is 410.',
  answers: { 200: { description: 'A page of the trail.', body: 'TrailPage', headers: ['Link'] } },
  problems: ['order-not-found', 'history-detached'],
});

/** Reading orders. */
export function orderReads(app: FastifyInstance, { pawl }: AppDeps, cursors: Cursors): void {
  app.get(
    '/orders',
    { config: list.config, schema: { ...list.docs, querystring: orderListQuery } },
    listOrders,
  );
  app.get(
    '/orders/:order_id',
    { config: read.config, schema: { ...read.docs, params: orderParams, querystring: momentQuery } },
    readOrder,
  );
  app.get(
    '/orders/:order_id/actions',
    { config: actions.config, schema: { ...actions.docs, params: orderParams, querystring: noQuery } },
    listActions,
  );
  app.get(
    '/orders/:order_id/waiting',
    { config: waiting.config, schema: { ...waiting.docs, params: orderParams, querystring: noQuery } },
    readWaiting,
  );
  app.get(
    '/orders/:order_id/events',
    { config: trail.config, schema: { ...trail.docs, params: orderParams, querystring: trailQuery } },
    readTrail,
  );

  async function listOrders(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const query = request.query as ListQueryString;
    const { tenant } = callerOf(request);
    const filter = filterOf(tenant, query);
    const direction = query.order ?? 'desc';
    const scope = {
      kind: 'orders',
      tenant,
      sequence: JSON.stringify([direction, Object.entries(filter)]),
    } as const;
    const window = windowOf(query, cursors, scope);
    const [orders, total] = await Promise.all([
      pawl.list({ ...filter, ...window, limit: window.limit + 1, direction }),
      query.count === true ? pawl.count(filter) : undefined,
    ]);
    const entries = { read: orders, view: viewOrder, positionOf: (order: Order) => order.id, total };
    return sendPage(request, reply, window, entries, (position) => cursors.write(scope, position));
  }

  async function readOrder(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const orderId = orderIdOf(request);
    const order = await orderAtMoment(
      pawl,
      callerOf(request).tenant,
      orderId,
      request.query as MomentQueryString,
    );
    if (order === undefined) return sendProblem(request, reply, await absenceOf(request, orderId));
    return 'code' in order ? sendProblem(request, reply, refusalOf(order)) : sendOrder(request, reply, order);
  }

  /** An order that is there, but was not at that moment or has not come to that version, is not said to be missing. */
  async function absenceOf(request: FastifyRequest, orderId: string): Promise<ProblemDetails> {
    const { version, at } = request.query as MomentQueryString;
    const absent = refusalOf({ code: 'order-not-found', orderId });
    const isAsked = (version !== undefined || at !== undefined) && isOrderId(orderId);
    if (!isAsked || (await pawl.get(callerOf(request).tenant, orderId)) === undefined) return absent;
    const detail =
      version === undefined
        ? `The order ${orderId} did not exist at that time.`
        : `The order ${orderId} has no version ${version}.`;
    return { ...absent, detail };
  }

  async function listActions(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const orderId = orderIdOf(request);
    const { tenant, actor } = callerOf(request);
    const found = isOrderId(orderId) ? await pawl.actions(tenant, orderId, actor) : undefined;
    if (found === undefined)
      return sendProblem(request, reply, refusalOf({ code: 'order-not-found', orderId }));
    const data = found.map((action) => ({ ...action, reasons: action.reasons.map(viewReason) }));
    return sendJson(reply, { data, next_cursor: null });
  }

  async function readWaiting(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const orderId = orderIdOf(request);
    const { tenant } = callerOf(request);
    const found = isOrderId(orderId) ? await pawl.waiting(tenant, orderId) : undefined;
    if (found === undefined)
      return sendProblem(request, reply, refusalOf({ code: 'order-not-found', orderId }));
    return sendJson(reply, viewWaiting(found));
  }

  async function readTrail(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const orderId = orderIdOf(request);
    const { tenant } = callerOf(request);
    const query = request.query as TrailQueryString;
    const direction = query.order ?? 'asc';
    const scope = { kind: 'trail', tenant, sequence: `${direction} ${orderId}` } as const;
    const { after, offset, limit } = windowOf(query, cursors, scope);
    const order = isOrderId(orderId) ? await pawl.get(tenant, orderId) : undefined;
    if (order === undefined)
      return sendProblem(request, reply, refusalOf({ code: 'order-not-found', orderId }));
    const start = after === null ? startOf(direction, offset, order.version) : Number(after);
    const ascending = { ...scope, sequence: `asc ${orderId}` };
    const events = await readRetained(
      pawl.trail({ tenant, orderId, direction, after: start, limit: limit + 1 }),
      (last) => cursors.write(ascending, String(last)),
    );
    const entries = {
      read: events,
      view: viewTrailEntry,
      positionOf: ({ head }: RecordedEvent) => String(head.version),
      total: query.count === true ? order.version : undefined,
      // Detached versions are not read, and yet they come next.
      hasMore: direction === 'desc' && (events.at(-1)?.head.version ?? 1) > 1,
    };
    return sendPage(request, reply, { after, offset, limit }, entries, (position) =>
      cursors.write(scope, position),
    );
  }
}

function orderIdOf(request: FastifyRequest): string {
  const { order_id: orderId } = request.params as OrderPath;
  request.call.orderId = orderId;
  return orderId;
}

function filterOf(tenant: number, query: ListQueryString): ListFilter {
  return {
    tenant,
    workflow: query.workflow,
    status: query.status,
    customerId: query.customer_id,
    externalId: query.external_id,
    createdAfter: query.created_after === undefined ? undefined : parseTime(query.created_after),
    createdBefore: query.created_before === undefined ? undefined : parseTime(query.created_before),
  };
}

async function orderAtMoment(
  pawl: Pawl,
  tenant: number,
  orderId: string,
  { version, at }: MomentQueryString,
): Promise<Order | Rejection | undefined> {
  if (version !== undefined && at !== undefined) throw invalidPart('query', 'at', 'cannot go with version');
  if (!isOrderId(orderId)) return undefined;
  if (version !== undefined) return pawl.getAt(tenant, orderId, { version });
  if (at !== undefined) return pawl.getAt(tenant, orderId, { time: parseTime(at) ?? 0 });
  return pawl.get(tenant, orderId);
}

function viewReason(rejection: Rejection): object {
  const { code, detail } = refusalOf(rejection);
  return { code, detail };
}

/** Versions are dense, so that an offset is arithmetic. A trail read backwards starts behind its newest entry. */
function startOf(direction: 'asc' | 'desc', offset: number, version: number): number | null {
  if (offset === 0) return null;
  return direction === 'asc' ? offset : Math.max(1, version + 1 - offset);
}
