import type { FastifyRequest } from 'fastify';
import { canonicalJson, type Idempotency, type Request } from 'pawl';
import { callerOf } from '../call.ts';
import { parseTime } from '../input/time.ts';
import { pathOf } from '../refusal/problem-answer.ts';

/** The members of an engine's request that come from the HTTP request, whatever the command. */
type Context = Omit<Request, 'command' | 'orderId' | 'workflow'>;

/** Who sends a command, on what condition and under which key. */
export function contextOf(request: FastifyRequest): Context {
  const { tenant, actor } = callerOf(request);
  return {
    tenant,
    actor,
    requestId: request.call.requestId,
    precondition: request.call.precondition,
    idempotency: idempotencyOf(request),
  };
}

/** The caller's own time of the event, milliseconds since the epoch; its form was checked with the body. */
export function occurredAtOf(body: { readonly occurred_at?: string }): number | undefined {
  return body.occurred_at === undefined ? undefined : parseTime(body.occurred_at);
}

/** The key and what it stands for: method, path and the body as RFC 8785 writes it. The query is `dry_run`, which has no key. */
export function idempotencyOf(request: FastifyRequest): Idempotency | undefined {
  const key = request.call.idempotencyKey;
  if (key === undefined) return undefined;
  return { key, call: `${request.method} ${pathOf(request.url)} ${canonicalJson(request.body)}` };
}
