import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Order, OrderEvent, Outcome } from 'pawl';
import type { AppDeps } from './deps.ts';
import { isKnown } from './input/conditional.ts';
import type { DomainEvent } from './observe.ts';
import { sendProblem } from './refusal/problem-answer.ts';
import { refusalOf } from './refusal/refusal.ts';
import { viewOrder } from './render/order.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Answers with JSON that may be shown again only after asking whether it is still true. */
export function sendJson(reply: FastifyReply, body: unknown): FastifyReply {
  return reply
    .header('content-type', JSON_TYPE)
    .header('cache-control', 'private, no-cache')
    .send(JSON.stringify(body));
}

/** Answers a read of an order, or 304 where the reader has this version. */
export function sendOrder(request: FastifyRequest, reply: FastifyReply, order: Order): FastifyReply {
  reply.header('etag', `"${order.version}"`);
  if (isKnown(request.headers['if-none-match'], order.version)) return reply.code(304).send();
  return sendJson(reply, viewOrder(order));
}

/** Answers a command, and notes what it did for the log and the metrics. */
export function sendOutcome(
  request: FastifyRequest,
  reply: FastifyReply,
  outcome: Outcome,
  { metrics }: Pick<AppDeps, 'metrics'>,
): FastifyReply {
  if (outcome.replayed) reply.header('idempotency-replayed', 'true');
  if (!outcome.ok) return sendProblem(request, reply, refusalOf(outcome.rejection));
  const { order, events } = outcome;
  const last = events.at(-1);
  if (last !== undefined) request.call.domain = domainOf(last);
  countTransitions(events, metrics);
  request.call.orderId = order.id;
  reply.header('etag', `"${order.version}"`).header('content-type', JSON_TYPE);
  return reply.send(JSON.stringify(viewOrder(order)));
}

/** What the log says of an event. */
export function domainOf({ head }: OrderEvent): DomainEvent {
  return { type: head.type, event: head.event, from: head.from, to: head.to, version: head.version };
}

/** Counts the events that moved the order. */
export function countTransitions(events: readonly OrderEvent[], metrics: AppDeps['metrics']): void {
  for (const { head } of events) {
    if (head.from !== head.to) metrics.transition(head.from ?? '', head.to);
  }
}
