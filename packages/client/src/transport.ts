import { type Answer, attemptOnce, type Outgoing } from './attempt.ts';
import { PawlError, PawlUnreachableError } from './errors.ts';
import { pause } from './pause.ts';
import { judge, pauseAfter, type Repeat, type RetryPolicy } from './retry.ts';

/** One call of the API, whatever number of attempts it takes. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** With its parts encoded. */
  readonly path: string;
  readonly query?: Query | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: unknown;
  readonly repeat: Repeat;
  /** Statuses that are answers although they are no success. */
  readonly answers?: readonly number[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Asked when an attempt was refused after an earlier one may have succeeded: the answer that was lost, if it did. */
  readonly recover?: ((error: PawlError) => Promise<Answer | undefined>) | undefined;
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export type Transport = (call: Call) => Promise<Answer>;

export interface TransportOptions {
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  readonly fetch: typeof fetch;
  readonly retry: RetryPolicy;
}

/** Makes the one function through which all calls go: it repeats what may be repeated, within bounds. */
export function createTransport(options: TransportOptions): Transport {
  const { fetch, retry } = options;
  return async (call) => {
    const request = outgoingOf(call, options);
    const { signal, answers } = call;
    const deadline = performance.now() + retry.totalMs;
    let isUnsure = false;
    for (let attempt = 1; ; attempt++) {
      const leftMs = Math.max(1, Math.ceil(deadline - performance.now()));
      const timeoutMs = Math.min(retry.attemptTimeoutMs, leftMs);
      try {
        return await attemptOnce(request, { fetch, timeoutMs, signal, answers });
      } catch (error) {
        const recovered = isUnsure && error instanceof PawlError ? await call.recover?.(error) : undefined;
        if (recovered !== undefined) return recovered;
        const verdict = judge(error);
        const pauseMs = pauseAfter(attempt, retryAfterOf(error), retry);
        const isInTime = performance.now() + pauseMs < deadline;
        if (!mayRepeat(verdict, call.repeat) || attempt >= retry.attemptsMax || !isInTime) throw error;
        isUnsure ||= !verdict.untouched;
        await pause(pauseMs, signal);
      }
    }
  };
}

function outgoingOf(call: Call, { baseUrl, apiKey }: TransportOptions): Outgoing {
  const { method, path, query, headers, body } = call;
  return {
    method,
    url: `${baseUrl.replace(/\/+$/, '')}${path}${queryText(query)}`,
    headers: {
      accept: 'application/json, application/problem+json',
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  };
}

function queryText(query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  return search.size === 0 ? '' : `?${search}`;
}

function mayRepeat({ transient, untouched }: ReturnType<typeof judge>, repeat: Repeat): boolean {
  if (!transient || repeat === 'never') return false;
  return repeat === 'always' || untouched;
}

function retryAfterOf(error: unknown): number | null {
  return error instanceof PawlError || error instanceof PawlUnreachableError ? error.retryAfterMs : null;
}
