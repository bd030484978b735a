import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import {
  type Clock,
  HistoryDetachedError,
  StoreBusyError,
  StoreFullError,
  StoreUnavailableError,
} from 'pawl';
import { PATCH_TYPES } from '../hooks/content-types.ts';
import { RETRY_AFTER_FULL_S, RETRY_AFTER_S } from '../limits.ts';
import type { RequestLog } from '../observe.ts';
import { detachedProblem } from './detached.ts';
import { createFaultReport } from './fault-report.ts';
import { NOTHING_THERE } from './not-found.ts';
import { sendProblem } from './problem-answer.ts';
import { type ProblemDetails, ProblemError } from './problem-error.ts';

type ErrorHandler = (error: Error, request: FastifyRequest, reply: FastifyReply) => void;

/** The one place where an error becomes an answer. What it does not know is a fault: logged whole, answered with nothing. */
export function createErrorHandler(log: RequestLog, clock: Clock): ErrorHandler {
  const report = createFaultReport(log, clock);
  return (error, request, reply) => {
    const known = error instanceof ProblemError ? error.details : knownProblem(error, request);
    if (known === undefined) report(error, request);
    sendProblem(request, reply, known ?? faultProblem(error));
  };
}

function knownProblem(error: Error, request: FastifyRequest): ProblemDetails | undefined {
  return error instanceof HistoryDetachedError ? detachedProblem(error) : frameworkProblem(error, request);
}

function faultProblem(error: Error): ProblemDetails {
  if (error instanceof StoreFullError) return FULL;
  if (error instanceof StoreBusyError) return BUSY;
  return error instanceof StoreUnavailableError ? UNAVAILABLE : INTERNAL;
}

const INTERNAL: ProblemDetails = {
  code: 'internal-error',
  detail: 'The server failed. Whoever runs it finds the cause under the trace_id.',
};
const UNAVAILABLE: ProblemDetails = {
  code: 'store-unavailable',
  detail: 'The database did not answer.',
  headers: { 'retry-after': String(RETRY_AFTER_S) },
};
const BUSY: ProblemDetails = {
  ...UNAVAILABLE,
  detail:
    'Others are having all entries counted, one call after the other. Ask again later, or without `count`.',
};

const FULL: ProblemDetails = {
  code: 'store-full',
  detail: 'The database has no room for the change. Whoever runs the server has to make some.',
  headers: { 'retry-after': String(RETRY_AFTER_FULL_S) },
};

/** What Fastify refuses by itself, by its stable codes. */
function frameworkProblem(error: Error, request: FastifyRequest): ProblemDetails | undefined {
  switch ((error as Partial<FastifyError>).code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return {
        code: 'payload-too-large',
        detail: `The body may have ${request.routeOptions.bodyLimit} bytes.`,
      };
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_EMPTY_TYPE':
      return unsupportedMediaType(request);
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return { code: 'malformed-request', detail: 'The body has not the length that Content-Length says.' };
    case 'FST_ERR_BAD_URL':
      return { code: 'malformed-request', detail: 'The address has a broken percent escape.' };
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return { code: 'not-found', detail: 'The address is longer than any that exists.' };
    case 'ECONNRESET':
    case 'ECONNABORTED':
      return { code: 'malformed-request', detail: 'The connection ended before the body did.' };
    default:
      return otherProblem((error as Partial<FastifyError>).statusCode);
  }
}

/** What a plugin blames on the client, such as a path that leads out of the directory of a page's files. */
function otherProblem(status = 500): ProblemDetails | undefined {
  if (status < 400 || status > 499) return undefined;
  // A path that must not be looked at is answered as one where nothing is.
  if (status === 403 || status === 404) return { code: 'not-found', detail: NOTHING_THERE };
  return { code: 'malformed-request', detail: 'The request cannot be answered as it is.' };
}

function unsupportedMediaType(request: FastifyRequest): ProblemDetails {
  const accepted = request.method === 'PATCH' ? PATCH_TYPES : ['application/json'];
  return {
    code: 'unsupported-media-type',
    detail: `The body must be ${accepted.join(' or ')}, in UTF-8.`,
    ...(request.method === 'PATCH' ? { headers: { 'accept-patch': accepted.join(', ') } } : {}),
  };
}
