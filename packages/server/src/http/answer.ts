import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Order, OrderEvent, Outcome } from 'pawl';
import type { AppDeps } from './deps.ts';
import { isKnown } from './input/conditional.ts';
import type { DomainEvent } from './observe.ts';
import { sendProblem } from './refusal/problem-answer.ts';
import { refusalOf } from './refusal/refusal.ts';
import { viewAccepted, viewOrder } from './render/order.ts';

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

/** Answers a command with the order, or with what it has started in the background. */
export function sendOutcome(
  request: FastifyRequest,
  reply: FastifyReply,
  outcome: Outcome,
  deps: Pick<AppDeps, 'metrics' | 'log'>,
): FastifyReply {
  if (outcome.replayed) reply.header('idempotency-replayed', 'true');
  if (!outcome.ok) return sendProblem(request, reply, refusalOf(outcome.rejection));
  const { order, events, accepted } = outcome;
  reportEvents(request, events, deps);
  request.call.orderId = order.id;
  reply.header('etag', `"${order.version}"`).header('content-type', JSON_TYPE);
  if (accepted === undefined) return reply.send(JSON.stringify(viewOrder(order)));
  return reply.code(202).send(JSON.stringify(viewAccepted(order, accepted)));
}

/** Notes what a command did for the log and the metrics. Its last event has the line of the request, the others have their own. */
export function reportEvents(
  request: FastifyRequest,
  events: readonly OrderEvent[],
  { metrics, log }: Pick<AppDeps, 'metrics' | 'log'>,
): void {
  const last = events.at(-1);
  if (last === undefined) return;
  countTransitions(events, metrics);
  if (events.length > 1) logEvents(request, events.slice(0, -1), log);
  request.call.domain = domainOf(last);
}

/** One line for each event that has no request of its own. */
export function logEvents(
  request: FastifyRequest,
  events: readonly OrderEvent[],
  log: AppDeps['log'],
  action: string = request.call.action ?? request.call.route.operation ?? '',
): void {
  const { requestId, traceId, caller } = request.call;
  for (const event of events) {
    log.event({
      request_id: requestId,
      trace_id: traceId,
      tenant: caller?.tenantName ?? null,
      actor: caller?.actor.name ?? null,
      action,
      order_id: event.head.orderId,
      domain: domainOf(event),
    });
  }
}

/** What the log says of an event. */
export function domainOf({ head }: OrderEvent): DomainEvent {
  return { type: head.type, event: head.event, from: head.from, to: head.to, version: head.version };
}

/** Counts the events that moved the order. */
export function countTransitions(
  events: readonly OrderEvent[],
  metrics: Pick<AppDeps['metrics'], 'transition'>,
): void {
  for (const { head } of events) {
    if (head.from !== head.to) metrics.transition(head.from ?? '', head.to);
  }
}
