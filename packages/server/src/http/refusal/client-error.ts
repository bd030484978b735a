import type { Socket } from 'node:net';
import { makeTraceId } from '../input/trace.ts';
import type { ProblemCode } from '../problem.ts';
import { renderProblem } from './problem-answer.ts';
import { statusOf } from './problem-error.ts';

type ClientError = Error & { readonly code?: string };

/** Answers bytes that are no HTTP request. There is no request to log and no address: the connection is told, and closed. */
export function answerClientError(error: ClientError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) {
    socket.destroy();
    return;
  }
  const details = {
    code: problemOf(error),
    detail: SENTENCES[problemOf(error)] ?? 'The request cannot be read.',
  };
  const status = statusOf(details);
  const body = JSON.stringify(renderProblem(details, '/', makeTraceId()));
  socket.end(
    `HTTP/1.1 ${status} Error\r\nContent-Type: application/problem+json\r\nCache-Control: no-store\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
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
