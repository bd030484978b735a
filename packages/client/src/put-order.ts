import type { Answer } from './attempt.ts';
import { isPawlError, type PawlError } from './errors.ts';
import type { ConditionalOptions } from './options.ts';
import { pageOf } from './pages.ts';
import { type OrderResult, orderResult } from './results.ts';
import type { Transport } from './transport.ts';
import type { OrderFields, TrailEntry } from './types.ts';

/** Entries of the trail that are searched for a lost write: others made them in the seconds of a pause. */
const LATEST_ENTRIES = 100;

/**
 * `PUT` takes no idempotency key. Under `If-Match` it may still be repeated, since the second of two equal writes is
 * refused; but then the refusal may be of the caller's own, successful write whose answer was lost. The request id, the
 * same in all attempts and kept in the trail, tells.
 */
export async function putOrder(
  transport: Transport,
  path: string,
  fields: OrderFields,
  { ifMatch, signal }: Pick<ConditionalOptions, 'ifMatch' | 'signal'> = {},
): Promise<OrderResult> {
  const requestId = crypto.randomUUID();
  const answer = await transport({
    method: 'PUT',
    path,
    body: fields,
    headers: { 'x-request-id': requestId, ...(ifMatch === undefined ? {} : { 'if-match': String(ifMatch) }) },
    // `*` matches every version, so it protects nobody's write.
    repeat: ifMatch === undefined || ifMatch === '*' ? 'if-untouched' : 'always',
    signal,
    recover: (error) => findOwnWrite(transport, path, requestId, error, signal),
  });
  return orderResult(answer);
}

async function findOwnWrite(
  transport: Transport,
  path: string,
  requestId: string,
  error: PawlError,
  signal: AbortSignal | undefined,
): Promise<Answer | undefined> {
  // An order that is not editable any more, or whose work has begun, may be one that was moved on after the write.
  const isRefusal = RECOVERABLE.some((code) => isPawlError(error, code));
  if (!isRefusal) return undefined;
  const query = { order: 'desc', limit: LATEST_ENTRIES };
  const { data } = await pageOf<TrailEntry>(transport, { path: `${path}/events`, query, signal });
  const own = data.find((entry) => entry.request_id === requestId);
  if (own === undefined) return undefined;
  return transport({ method: 'GET', path, query: { version: own.version }, repeat: 'always', signal });
}

const RECOVERABLE = [
  'version-conflict',
  'precondition-failed',
  'order-not-editable',
  'work-pending',
] as const;
