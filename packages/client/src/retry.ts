import { PawlError, PawlUnreachableError } from './errors.ts';

/** How often and how long a call is repeated. */
export interface RetryPolicy {
  /** Attempts of one call, the first included. Default {@link ATTEMPTS_MAX}; 1 never repeats. */
  readonly attemptsMax: number;
  /** Milliseconds for the call with all its attempts and pauses. Default {@link TOTAL_MS}. */
  readonly totalMs: number;
  /** Milliseconds for one attempt, its body included. Default {@link ATTEMPT_TIMEOUT_MS}. */
  readonly attemptTimeoutMs: number;
  /** Milliseconds: the pause after the first attempt is at most this, and doubles. Default {@link BACKOFF_MS}. */
  readonly backoffMs: number;
  /** Milliseconds: no pause is longer, unless the server asks for it. Default {@link BACKOFF_MAX_MS}. */
  readonly backoffMaxMs: number;
}

/** Enough to outlast the restart of a node; more would only add load to a server that has fallen. */
export const ATTEMPTS_MAX = 6;
/** What somebody who waits for an answer puts up with. */
export const TOTAL_MS = 60_000;
/** The server gives a request 30 s to arrive: an attempt that is slower than half of it is rather repeated. */
export const ATTEMPT_TIMEOUT_MS = 15_000;
/** About the time of a slow answer, so that a lost packet costs little. */
export const BACKOFF_MS = 100;
/** Long enough for a server to recover, short enough for several tries within the total. */
export const BACKOFF_MAX_MS = 5_000;

export const DEFAULT_RETRY: RetryPolicy = {
  attemptsMax: ATTEMPTS_MAX,
  totalMs: TOTAL_MS,
  attemptTimeoutMs: ATTEMPT_TIMEOUT_MS,
  backoffMs: BACKOFF_MS,
  backoffMaxMs: BACKOFF_MAX_MS,
};

/**
 * When a call may be repeated: `always` if doing it twice is the same as once (reads, calls under an idempotency key,
 * edits under `If-Match`), `if-untouched` if the server must have said that it did nothing, `never`.
 */
export type Repeat = 'always' | 'if-untouched' | 'never';

/** What a failure says about the attempt: whether the next may end better, and whether this one did nothing. */
export interface Verdict {
  readonly transient: boolean;
  readonly untouched: boolean;
}

const FINAL: Verdict = { transient: false, untouched: false };
const UNSURE: Verdict = { transient: true, untouched: false };
const UNTOUCHED: Verdict = { transient: true, untouched: true };

/** Problems of which the server says that nothing was changed, and that the next try may succeed. */
const UNTOUCHED_CODES: ReadonlySet<string> = new Set([
  'rate-limited',
  'overloaded',
  'contention',
  'not-ready',
]);

/** A gateway in front of the server: whether the call got through is not known. */
const GATEWAY_STATUSES: ReadonlySet<number> = new Set([502, 503, 504]);

/** Judges a failed attempt. A plain 500 is final: what broke once by a bug breaks again, and should be seen. */
export function judge(error: unknown): Verdict {
  if (error instanceof PawlUnreachableError) {
    if (error.reason !== 'foreign-answer') return UNSURE;
    return judgeStatus(error.status);
  }
  if (!(error instanceof PawlError)) return FINAL;
  return UNTOUCHED_CODES.has(error.code) ? UNTOUCHED : judgeStatus(error.status);
}

function judgeStatus(status: number | null): Verdict {
  if (status === 429) return UNTOUCHED;
  return status !== null && GATEWAY_STATUSES.has(status) ? UNSURE : FINAL;
}

/**
 * Milliseconds to wait after an attempt: exponential with full jitter, so that clients that failed together do not come
 * back together. The server's `Retry-After` is waited for in full, and the jitter added, for the same reason.
 */
export function pauseAfter(
  attempt: number,
  retryAfterMs: number | null,
  policy: Pick<RetryPolicy, 'backoffMs' | 'backoffMaxMs'>,
  random: () => number = Math.random,
): number {
  const ceiling = Math.min(policy.backoffMaxMs, policy.backoffMs * 2 ** (attempt - 1));
  return (retryAfterMs ?? 0) + random() * ceiling;
}

/** Milliseconds that a `Retry-After` asks for, seconds or an HTTP-date (RFC 9110 §10.2.3); null if it is neither. */
export function readRetryAfter(field: string | null, now: number): number | null {
  if (field === null) return null;
  const text = field.trim();
  if (/^[0-9]{1,9}$/.test(text)) return Number(text) * 1000;
  const time = Date.parse(text);
  // `Date.parse` takes much that is no date of HTTP, for example "-5": those name a day or month nowhere.
  return /^[A-Za-z]{3,9},? /.test(text) && Number.isFinite(time) ? Math.max(0, time - now) : null;
}
