import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { AppDeps } from '../deps.ts';
import { isProblemCode, PROBLEMS } from '../problem.ts';
import { ProblemError } from '../refusal/problem-error.ts';
import { problemPage, rootPage } from '../render/pages.ts';
import { describeOperation } from '../schema/operation.ts';
import { problemParams } from '../schema/queries.ts';

const root = describeOperation('get_root', {
  tag: 'Operation',
  summary: 'Show the first three calls',
  answers: { 200: { description: 'A page.', mediaType: 'text/html' } },
});
const problem = describeOperation('get_problem', {
  tag: 'Operation',
  summary: 'Explain a problem',
  answers: { 200: { description: 'What it means and what to do next.', mediaType: 'text/html' } },
  problems: ['not-found'],
});

const HTML = 'text/html; charset=utf-8';

/** The plain pages. */
export function pages(app: FastifyInstance, { settings }: AppDeps): void {
  const needsKey = settings.apiKeys.length > 0;
  app.get('/', { config: root.config, schema: root.docs }, (request, reply) =>
    reply.header('content-type', HTML).send(rootPage(originOf(request), needsKey)),
  );
  app.get(
    '/problems/:code',
    { config: problem.config, schema: { ...problem.docs, params: problemParams } },
    explainProblem,
  );
}

/** A page for people, and the same as JSON for programs that say so. */
function explainProblem(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { code } = request.params as Static<typeof problemParams>;
  if (!isProblemCode(code)) {
    throw new ProblemError({ code: 'not-found', detail: 'There is no problem of this name.' });
  }
  reply.header('vary', 'accept');
  if (!prefersJson(request.headers.accept)) return reply.header('content-type', HTML).send(problemPage(code));
  const body = JSON.stringify({ type: `/problems/${code}`, code, ...PROBLEMS[code] });
  return reply.header('content-type', 'application/json; charset=utf-8').send(body);
}

function prefersJson(accept = ''): boolean {
  return /json/i.test(accept) && !/text\/html/i.test(accept);
}

/** Where the caller reached us, if the host it names is one that can stand in a page and in a shell. */
function originOf({ protocol, host }: FastifyRequest): string {
  return /^[A-Za-z0-9.:[\]-]{1,255}$/.test(host) ? `${protocol}://${host}` : 'http://localhost:8000';
}
