import { systemClock } from '../../../ports/system.ts';
import { storeError } from '../connection/errors.ts';
import { Pool, type Sender } from '../connection/pool.ts';
import { schemaNamed } from '../connection/schema-name.ts';
import { requireSchema } from '../migrate.ts';

/** Connections to verify by: statements come one after the other, and the clock is asked beside them. */
const POOL_SIZE = 2;

/** Where the orders are that are to be verified. */
export interface PostgresAuditOptions {
  /** `postgres://user:password@host:5432/database`, with the driver's parameters such as `sslmode`. */
  readonly url: string;
  /** The schema of the database that the tables lie in. Default `pawl`. */
  readonly schema?: string | undefined;
}

/** A database that is read statement by statement, beside the nodes that use it. */
export interface AuditedDatabase extends Sender {
  close(): Promise<void>;
}

/**
 * Opens a database for verification. It is only read, and not brought up to date.
 * @throws StoreUnavailableError if it cannot be reached, or has another schema than this program reads.
 */
export async function openForAudit(options: PostgresAuditOptions): Promise<AuditedDatabase> {
  const pool = await openPool(options, true);
  return {
    query: (statement, values) => translated('verifying', pool.query(statement, values)),
    close: () => pool.close(),
  };
}

/** Connections to a database whose schema is that of this program. */
export async function openPool(options: PostgresAuditOptions, readOnly: boolean): Promise<Pool> {
  const { url } = options;
  const schema = schemaNamed(options.schema);
  const access = readOnly ? { readOnly } : {};
  const pool = new Pool({ url, schema, size: POOL_SIZE, name: 'audit', clock: systemClock, ...access });
  try {
    await translated('opening the database', requireSchema(pool, schema));
    return pool;
  } catch (error) {
    await pool.close();
    throw error;
  }
}

/** With the driver's errors as those of a store. */
async function translated<T>(doing: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw storeError(doing, error);
  }
}
