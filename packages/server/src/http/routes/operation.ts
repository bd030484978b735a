import type { FastifyInstance, FastifyReply } from 'fastify';
import { StoreFullError } from 'pawl';
import type { AppDeps } from '../deps.ts';
import { PING_TIMEOUT_MS } from '../limits.ts';
import { sendProblem } from '../refusal/problem-answer.ts';
import { describeOperation } from '../schema/operation.ts';

const health = describeOperation('get_health', {
  tag: 'Operation',
  summary: 'Say how the process and its database are',
  answers: {
    200: { description: 'Both are well.', body: 'Health', example: { status: 'ok', database: 'ok' } },
    503: {
      description: 'The database does not answer, or is full: then it reads, and takes nothing.',
      body: 'Health',
      example: { status: 'degraded', database: 'fail' },
    },
  },
});
const live = describeOperation('get_liveness', {
  tag: 'Operation',
  summary: 'Say that the process runs',
  answers: { 200: { description: 'It does.', body: 'Probe', example: { status: 'ok' } } },
});
const ready = describeOperation('get_readiness', {
  tag: 'Operation',
  summary: 'Say whether the process should be sent calls',
  answers: { 200: { description: 'It should.', body: 'Probe', example: { status: 'ok' } } },
  problems: ['not-ready'],
});
const metricsDocs = describeOperation('get_metrics', {
  tag: 'Operation',
  summary: 'Read the metrics in Prometheus’ format',
  answers: { 200: { description: 'The metrics.', mediaType: 'text/plain' } },
});
/** Probes and metrics. */
export function operation(app: FastifyInstance, deps: AppDeps): void {
  const { metrics, lifecycle } = deps;

  app.get('/health', { config: health.config, schema: health.docs }, async (_request, reply) => {
    const database = await stateOf(deps);
    const isUp = database === 'ok';
    return sendProbe(reply.code(isUp ? 200 : 503), { status: isUp ? 'ok' : 'degraded', database });
  });
  app.get('/livez', { config: live.config, schema: live.docs }, (_request, reply) =>
    sendProbe(reply, { status: 'ok' }),
  );
  app.get('/readyz', { config: ready.config, schema: ready.docs }, async (request, reply) => {
    const state = lifecycle.state();
    if (state !== 'ready') return sendProblem(request, reply, notReady(`The process is ${state}.`));
    // A full one still reads, and no other process on it would do better.
    if ((await stateOf(deps)) === 'fail')
      return sendProblem(request, reply, notReady('The database does not answer.'));
    return sendProbe(reply, { status: 'ok' });
  });
  app.get('/metrics', { config: metricsDocs.config, schema: metricsDocs.docs }, async (request, reply) => {
    const { contentType, body } = await metrics.render(request.headers.accept);
    return reply
      .header('content-type', contentType)
      .header('cache-control', 'no-store')
      .send(Buffer.from(body));
  });
}

function sendProbe(reply: FastifyReply, body: object): FastifyReply {
  const type = 'application/json; charset=utf-8';
  return reply.header('content-type', type).header('cache-control', 'no-store').send(JSON.stringify(body));
}

function notReady(detail: string) {
  return { code: 'not-ready', detail } as const;
}

/** How the database is: it must answer in time. Why it does not is in the log of the store's own calls. */
async function stateOf({ pawl, clock }: AppDeps): Promise<'ok' | 'full' | 'fail'> {
  const done = new AbortController();
  const answer = pawl.ping().then(
    () => 'ok' as const,
    (error: unknown) => (error instanceof StoreFullError ? 'full' : 'fail'),
  );
  const isLate = clock.sleep(PING_TIMEOUT_MS, done.signal).then(() => 'fail' as const);
  const result = await Promise.race([answer, isLate]);
  done.abort();
  return result;
}
