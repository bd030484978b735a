import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppDeps } from '../deps.ts';

type Hook = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void;

/** The last thing that happens to a request: its line in the log, which is also that of its domain event, and its metrics. */
export function createComplete({ log, metrics }: AppDeps): Hook {
  return (request, reply, done) => {
    const { call, method } = request;
    const { route, caller } = call;
    const ms = reply.elapsedTime;
    metrics.observe(method, route.template, reply.statusCode, ms / 1000);
    const line = {
      request_id: call.requestId,
      trace_id: call.traceId,
      tenant: caller?.tenantName ?? null,
      actor: caller?.actor.name ?? null,
      method,
      path: route.template,
      action: call.action ?? route.operation ?? 'unmatched',
      order_id: call.orderId,
      status: reply.statusCode,
      latency_ms: Math.round(ms * 1000) / 1000,
      error_code: call.errorCode,
    };
    log.request(call.domain === undefined ? line : { ...line, domain: call.domain });
    done();
  };
}
