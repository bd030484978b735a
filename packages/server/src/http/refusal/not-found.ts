import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pathOf, sendProblem } from './problem-answer.ts';
import { type ProblemDetails, ProblemError } from './problem-error.ts';

export const NOTHING_THERE = 'There is nothing at this address.';

interface Template {
  readonly url: string;
  readonly pattern: RegExp;
  readonly parameters: number;
  readonly methods: Set<string>;
}

/** Answers what no route takes: 405 where the address has other methods, else 404. */
export function answerUnmatched(app: FastifyInstance): void {
  const templates = new Map<string, Template>();
  app.addHook('onRoute', ({ url, method }) => {
    const template = templates.get(url) ?? compileTemplate(url);
    templates.set(url, template);
    for (const one of [method].flat()) template.methods.add(one);
  });
  app.addHook('onRequest', (request, _reply, done) => {
    const path = pathOf(request.url);
    // The router takes the word for the name of an order, or of a workflow, where its own route has not the method.
    const own = templates.get(path);
    const isTaken = own === undefined || own.methods.has(request.method) || request.is404;
    done(isTaken ? undefined : new ProblemError(wrongMethod(request, [...own.methods].sort())));
  });
  app.setNotFoundHandler((request, reply) =>
    refuse(request, reply, methodsOf(pathOf(request.url), templates)),
  );
}

function refuse(request: FastifyRequest, reply: FastifyReply, methods: readonly string[]): FastifyReply {
  // A route that has the method and still came here has nothing at this address: a file that is not there.
  if (methods.length === 0 || methods.includes(request.method)) {
    return sendProblem(request, reply, { code: 'not-found', detail: NOTHING_THERE });
  }
  return sendProblem(request, reply, wrongMethod(request, methods));
}

function wrongMethod({ method }: FastifyRequest, methods: readonly string[]): ProblemDetails {
  return {
    code: 'method-not-allowed',
    detail: `This address has ${methods.join(', ')}, not ${method}.`,
    headers: { allow: methods.join(', ') },
  };
}

/** Of several templates that fit, the one with the fewest parameters is meant: `/orders/bulk` is no order. */
function methodsOf(path: string, templates: ReadonlyMap<string, Template>): readonly string[] {
  const fitting = [...templates.values()].filter(({ pattern }) => pattern.test(path));
  const [best] = fitting.sort((a, b) => a.parameters - b.parameters);
  return best === undefined ? [] : [...best.methods].sort();
}

function compileTemplate(url: string): Template {
  const source = url
    .replace(/[.]/g, '\\.')
    .replace(/:[a-z_]+/g, '[^/]+')
    .replace(/\*$/, '.*');
  return {
    url,
    pattern: new RegExp(`^${source}$`),
    parameters: url.split(/[:*]/).length - 1,
    methods: new Set(),
  };
}
