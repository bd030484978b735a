import type { FastifyInstance, FastifyReply } from 'fastify';
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
      description: 'The database does not answer.',
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
    const isUp = await answers(deps);
    const body = isUp ? { status: 'ok', database: 'ok' } : { status: 'degraded', database: 'fail' };
    return sendProbe(reply.code(isUp ? 200 : 503), body);
  });
  app.get('/livez', { config: live.config, schema: live.docs }, (_request, reply) =>
    sendProbe(reply, { status: 'ok' }),
  );
  app.get('/readyz', { config: ready.config, schema: ready.docs }, async (request, reply) => {
    const state = lifecycle.state();
    if (state !== 'ready') return sendProblem(request, reply, notReady(`The process is ${state}.`));
    if (!(await answers(deps))) return sendProblem(request, reply, notReady('The database does not answer.'));
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

/** Whether the database answers in time. Why it does not is in the log of the store's own calls. */
async function answers({ pawl, clock }: AppDeps): Promise<boolean> {
  const done = new AbortController();
  const isUp = pawl.ping().then(
    () => true,
    () => false,
  );
  const isLate = clock.sleep(PING_TIMEOUT_MS, done.signal).then(() => false);
  const result = await Promise.race([isUp, isLate]);
  done.abort();
  return result;
}
