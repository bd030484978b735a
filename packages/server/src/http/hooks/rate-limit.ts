import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { OperationId } from '../../auth/roles.ts';
import { RATE_CALLERS_MAX, RATE_WINDOW_MS } from '../limits.ts';
import { ProblemError } from '../refusal/problem-error.ts';
import type { HttpSettings } from '../settings.ts';

const WINDOW_S = RATE_WINDOW_MS / 1000;

/** What watches the process must not be turned away by what happens to it. */
const EXEMPT: ReadonlySet<OperationId | undefined> = new Set([
  'get_health',
  'get_liveness',
  'get_readiness',
  'get_metrics',
]);

/** Limits the calls of each caller, of strangers by their address. Nobody is limited in `local`. */
export async function limitRate(app: FastifyInstance, settings: HttpSettings): Promise<void> {
  const { env, rateLimitPerMinute: max } = settings;
  if (env === 'local' || max === null) return;
  await app.register(rateLimit, {
    global: false,
    max,
    timeWindow: RATE_WINDOW_MS,
    cache: RATE_CALLERS_MAX,
    keyGenerator: callerKey,
  });
  const count = app.createRateLimit();
  app.addHook('onRequest', async (request, reply) => {
    if (EXEMPT.has(request.call.route.operation)) return;
    const counted = await count(request);
    if (counted.isAllowed) return;
    // draft-ietf-httpapi-ratelimit-headers-10
    reply.header('ratelimit-policy', `"calls";q=${max};w=${WINDOW_S}`);
    reply.header('ratelimit', `"calls";r=${counted.remaining};t=${counted.ttlInSeconds}`);
    if (counted.isExceeded) throw tooMany(max, counted.ttlInSeconds);
  });
}

function callerKey(request: FastifyRequest): string {
  const { caller } = request.call;
  return caller === undefined ? `address ${request.ip}` : `caller ${caller.tenant} ${caller.actor.name}`;
}

function tooMany(max: number, seconds: number): ProblemError {
  return new ProblemError({
    code: 'rate-limited',
    detail: `You may make ${max} calls in ${WINDOW_S} seconds.`,
    headers: { 'retry-after': String(Math.max(1, seconds)) },
  });
}
