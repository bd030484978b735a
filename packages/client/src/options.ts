import type { RetryPolicy } from './retry.ts';

/** What a client is made with. */
export interface ClientOptions {
  /** Where the server is, for example `https://orders.example`. A path in it is kept. */
  readonly baseUrl: string;
  /** Sent as `Authorization: Bearer`. */
  readonly apiKey?: string | undefined;
  /** Default: the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
  /** What differs from `DEFAULT_RETRY`. */
  readonly retry?: Partial<RetryPolicy> | undefined;
}

/** Options of every call. */
export interface CallOptions {
  /** Ends the call, its pauses too; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of calls that change something. */
export interface CommandOptions extends CallOptions {
  /**
   * Makes the call safe to repeat: 1–255 visible characters. Default: a random one for each call of the method, the same
   * in all its attempts. Give one that you keep to make the call safe to repeat after a crash of your own program.
   */
  readonly idempotencyKey?: string | undefined;
}

/** Options of calls that change an order that exists. */
export interface ConditionalOptions extends CommandOptions {
  /** The version that the change is based on: a number (409 if stale), or an `ETag` as it was received (412 if stale). */
  readonly ifMatch?: number | string | undefined;
}
