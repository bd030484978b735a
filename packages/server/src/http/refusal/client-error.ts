import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { UNMATCHED } from '../call.ts';
import type { AppDeps } from '../deps.ts';
import { makeTraceId } from '../input/trace.ts';
import { REFUSED_LINGER_MS } from '../limits.ts';
import type { ProblemCode } from '../problem.ts';
import { renderProblem } from './problem-answer.ts';
import { statusOf } from './problem-error.ts';

type ClientError = Error & { readonly code?: string };

/** In the place of a method that was not read: what stood in its place may be anything. */
const NO_METHOD = '(unread)';

/** Answers bytes that are no HTTP request. Whatever they were to ask for, the connection is told, and closed. */
export function createClientErrorHandler({ log, metrics }: Pick<AppDeps, 'log' | 'metrics'>) {
  return (error: ClientError, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) {
      socket.destroy();
      return;
    }
    const code = problemOf(error);
    const traceId = makeTraceId();
    socket.end(answerText(code, traceId));
    // Closed at once it could take the answer with it; left half open it would be kept by whoever goes on sending.
    setTimeout(() => socket.destroy(), REFUSED_LINGER_MS).unref();
    const status = statusOf({ code, detail: '' });
    metrics.observe(NO_METHOD, UNMATCHED.template, status, 0);
    log.request({ ...UNREAD, request_id: traceId, trace_id: traceId, status, error_code: code });
  };
}

/** What is not known of a request that was not read. */
const UNREAD = {
  tenant: null,
  actor: null,
  method: NO_METHOD,
  path: UNMATCHED.template,
  action: 'unmatched',
  order_id: null,
  latency_ms: 0,
};

function answerText(code: ProblemCode, traceId: string): string {
  const details = { code, detail: SENTENCES[code] ?? 'The request cannot be read.' };
  const status = statusOf(details);
  const body = JSON.stringify(renderProblem(details, '/', traceId));
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/problem+json',
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    `X-Request-Id: ${traceId}`,
    'Connection: close',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

/** Half an answer may be out already, and anything more would be read as part of it. Node's own handler asks the same. */
function isAnswering(socket: Socket): boolean {
  const message: unknown = Reflect.get(socket, '_httpMessage');
  return typeof message === 'object' && message !== null && Reflect.get(message, '_headerSent') === true;
}

function problemOf({ code }: ClientError): ProblemCode {
  if (code === 'HPE_HEADER_OVERFLOW') return 'headers-too-large';
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'request-timeout';
  return 'malformed-request';
}

const SENTENCES: Partial<Record<ProblemCode, string>> = {
  'headers-too-large': 'The headers are too large.',
  'request-timeout': 'The request did not arrive in time.',
};
