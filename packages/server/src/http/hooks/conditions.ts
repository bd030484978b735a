import type { FastifyRequest } from 'fastify';
import { headerOf, isDryRun } from '../call.ts';
import { parseIfMatch } from '../input/conditional.ts';
import { parseIdempotencyKey } from '../input/idempotency-key.ts';

/**
 * Reads the headers under which a command is given, where its operation reads them, before the caller's role is looked
 * at: a header that is wrong is part of the form (400), and the form comes before the role (403).
 */
export function readConditions(
  request: FastifyRequest,
  _reply: unknown,
  done: (error?: Error) => void,
): void {
  const { reads = [] } = request.routeOptions.config;
  const { call } = request;
  try {
    if (reads.includes('If-Match')) call.precondition = parseIfMatch(headerOf(request, 'if-match'));
    // A dry run has no use for a key, whatever it looks like.
    if (reads.includes('Idempotency-Key') && !isDryRun(request)) {
      call.idempotencyKey = parseIdempotencyKey(headerOf(request, 'idempotency-key'));
    }
    done();
  } catch (error) {
    done(error as Error);
  }
}
