import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEMS } from '../problem.ts';
import { type ProblemDetails, statusOf } from './problem-error.ts';

const PROBLEM_JSON = 'application/problem+json';

/** A problem as RFC 9457 writes it. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly trace_id: string;
  readonly [member: string]: unknown;
}

/** Writes a problem down. `instance` is the path that was called. */
export function renderProblem(details: ProblemDetails, instance: string, traceId: string): Problem {
  return {
    type: `/problems/${details.code}`,
    title: PROBLEMS[details.code].title,
    status: statusOf(details),
    detail: details.detail,
    instance,
    code: details.code,
    trace_id: traceId,
    ...details.members,
    ...(details.errors === undefined ? {} : { errors: details.errors }),
  };
}

/** Answers with a problem. It is never cached: the next call may end otherwise. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  details: ProblemDetails,
): FastifyReply {
  request.call.errorCode = details.code;
  const problem = renderProblem(details, pathOf(request.url), request.call.traceId);
  if (details.headers !== undefined) reply.headers(details.headers);
  reply.code(problem.status).header('content-type', PROBLEM_JSON).header('cache-control', 'no-store');
  // As bytes, because Fastify adds a charset to JSON texts, which RFC 9457's media type does not have.
  return reply.send(Buffer.from(JSON.stringify(problem)));
}

/** The path of an address, without its query. */
export function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}
