import { PawlError, PawlUnreachableError } from './errors.ts';
import { isProblem } from './problem.ts';
import { readRetryAfter } from './retry.ts';

/** A request as it goes out, the same in every attempt. */
export interface Outgoing {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** What came back and is no failure. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, or the text where the answer is not JSON. */
  readonly body: unknown;
}

/** How one attempt is made. */
export interface AttemptOptions {
  readonly fetch: typeof fetch;
  /** Milliseconds, for the body too. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Statuses that are answers although they are no success. */
  readonly answers?: readonly number[] | undefined;
}

/**
 * Sends a request once.
 * @throws {PawlError} for a problem. @throws {PawlUnreachableError} without an answer of Pawl.
 * @throws the signal's reason if it aborts.
 */
export async function attemptOnce(request: Outgoing, options: AttemptOptions): Promise<Answer> {
  const { response, text } = await exchange(request, options);
  const body = parseBody(response, text);
  if (body.ok && (response.ok || options.answers?.includes(response.status))) {
    return { status: response.status, headers: response.headers, body: body.value };
  }
  const retryAfterMs = readRetryAfter(response.headers.get('retry-after'), Date.now());
  if (!response.ok && body.ok && isProblem(body.value)) throw new PawlError(body.value, retryAfterMs);
  throw foreignAnswer(request, response, retryAfterMs, body.ok ? undefined : body.cause);
}

async function exchange(
  { url, method, headers, body }: Outgoing,
  { fetch, timeoutMs, signal }: AttemptOptions,
): Promise<{ response: Response; text: string }> {
  signal?.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      // Following one would turn a POST into a GET: an order would be "created" by listing orders.
      redirect: 'manual',
    });
    return { response, text: await response.text() };
  } catch (cause) {
    signal?.throwIfAborted();
    throw timeout.aborted ? timedOut(url, timeoutMs, cause) : disconnected(url, cause);
  }
}

type Parsed =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly cause: unknown };

function parseBody(response: Response, text: string): Parsed {
  const type = response.headers.get('content-type') ?? '';
  if (!/^application\/([\w.+-]+\+)?json\b/i.test(type)) {
    // A page of HTML with status 200 is somebody's login form.
    return /^text\/html\b/i.test(type) ? { ok: false, cause: undefined } : { ok: true, value: text };
  }
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch (cause) {
    return { ok: false, cause };
  }
}

function disconnected(url: string, cause: unknown): PawlUnreachableError {
  const why = deepestMessage(cause);
  return new PawlUnreachableError(`no answer from ${url}: ${why}`, { reason: 'connection', cause });
}

function timedOut(url: string, timeoutMs: number, cause: unknown): PawlUnreachableError {
  return new PawlUnreachableError(`no answer from ${url} in ${timeoutMs} ms`, { reason: 'timeout', cause });
}

function foreignAnswer(
  { url }: Outgoing,
  { status }: Response,
  retryAfterMs: number | null,
  cause: unknown,
): PawlUnreachableError {
  const message = `the answer ${status} of ${url} is not Pawl's: check the base URL, and what is in between`;
  return new PawlUnreachableError(message, { reason: 'foreign-answer', status, retryAfterMs, cause });
}

/** `fetch` only says "fetch failed"; what failed is in the cause. */
function deepestMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause !== undefined) return deepestMessage(error.cause);
  return error.message || error.name;
}
