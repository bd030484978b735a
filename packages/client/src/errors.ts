import type { Problem, ProblemCode, ProblemOf, ProblemPlace } from './problem.ts';

/**
 * The server refused the call, or failed, and said so in a problem document.
 * Tell cases apart by `code`, or with {@link isPawlError}, which also knows the members of that code.
 */
export class PawlError extends Error {
  override readonly name = 'PawlError';
  readonly problem: Problem;
  /** Milliseconds that the server asks to wait before the next try; null if it did not say. */
  readonly retryAfterMs: number | null;

  constructor(problem: Problem, retryAfterMs: number | null = null) {
    super(problem.detail === undefined ? problem.title : `${problem.title}: ${problem.detail}`);
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }

  get code(): ProblemCode {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }

  /** The same for every occurrence of the code. */
  get title(): string {
    return this.problem.title;
  }

  /** What it is this time, for people. */
  get detail(): string {
    return this.problem.detail;
  }

  /** Under which the server's log has the cause. */
  get traceId(): string {
    return this.problem.trace_id;
  }

  /** The places of the request that are wrong; empty for problems that are not about its form. */
  get errors(): readonly ProblemPlace[] {
    return this.problem.errors ?? [];
  }

  /** The order's version, of problems that are about it. */
  get currentVersion(): number | undefined {
    return 'current_version' in this.problem ? this.problem.current_version : undefined;
  }
}

/** Why there is no answer of Pawl. */
export type UnreachableReason =
  /** The connection could not be made, or broke before the answer was complete. */
  | 'connection'
  /** No complete answer within the time of one attempt. */
  | 'timeout'
  /** Something answered that is not Pawl: a proxy, a login page, another server. */
  | 'foreign-answer';

/**
 * There is no answer that the client understands. Unless the call was a read, whether it was carried out is not known:
 * repeat it with the same idempotency key, or read the order.
 */
export class PawlUnreachableError extends Error {
  override readonly name = 'PawlUnreachableError';
  readonly reason: UnreachableReason;
  /** The status of a foreign answer; null where there was none. */
  readonly status: number | null;
  readonly retryAfterMs: number | null;

  constructor(message: string, options: UnreachableOptions) {
    super(message, { cause: options.cause });
    this.reason = options.reason;
    this.status = options.status ?? null;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

export interface UnreachableOptions {
  readonly reason: UnreachableReason;
  readonly cause?: unknown;
  readonly status?: number;
  readonly retryAfterMs?: number | null;
}

/** Whether something thrown is a problem of this code; without a code, any problem. */
export function isPawlError<C extends ProblemCode = ProblemCode>(
  error: unknown,
  code?: C,
): error is PawlError & { readonly code: C; readonly problem: ProblemOf<C> } {
  return error instanceof PawlError && (code === undefined || error.code === code);
}
