import type { ApiKey } from '../auth/api-keys.ts';

/** What the HTTP edge needs to be told. It is parsed and checked by `config.ts`; nothing here reads the environment. */
export interface HttpSettings {
  readonly env: 'local' | 'dev' | 'prod';
  /** Origins that browsers may call from, such as `https://shop.example`. In `dev` every origin may. */
  readonly corsOrigins: readonly string[];
  /** The workflow of an order that names none. */
  readonly defaultWorkflow: string;
  /** Whether `POST /orders` without an `Idempotency-Key` is refused. */
  readonly requireIdempotencyKey: boolean;
  /** Calls per minute and caller; null for no limit. Never applied in `local`. */
  readonly rateLimitPerMinute: number | null;
  /** Empty: nobody is authenticated, every caller is the actor `local` with all roles. */
  readonly apiKeys: readonly ApiKey[];
  /** Whether callers who are not authenticated may name any host, not only the loopback address. */
  readonly allowAnonymous: boolean;
  /** The largest body of one command, bytes. Default `BODY_MAX_BYTES` of limits.ts. */
  readonly bodyMaxBytes: number;
  /** The largest body of `POST /orders/bulk`, bytes. Default `BULK_MAX_BYTES` of limits.ts. */
  readonly bulkMaxBytes: number;
}
