import pg from 'pg';
import type { Clock } from '../../../ports/clock.ts';
import { StoreBusyError } from '../../../ports/store.ts';
import { storeError } from './errors.ts';
import { Patience } from './patience.ts';

/** How long a new connection may take, milliseconds. */
const CONNECT_MS = 5_000;
/** A connection that nobody uses is given back after that time, milliseconds. */
const IDLE_MS = 60_000;
/** A statement that waits for a lock that long gives up and is tried again, milliseconds: others hold locks for one statement. */
const LOCK_MS = 5_000;
/** The database gives a statement up after that time, milliseconds: the longest ones take some hundred. */
const STATEMENT_MS = 10_000;
/** Longer for what has to read everything. */
const LONG_STATEMENT_MS = 120_000;
/**
 * Such a statement waits for those before it as long as a short one may take, milliseconds: callers wait no longer than they are
 * used to, and no line grows behind one that takes minutes.
 */
const LONG_TURN_MS = 10_000;
/** Beyond what the database gives to a statement its answer is waited for so long, milliseconds; then the connection is cut. */
const GRACE_MS = 2_000;
/**
 * A transaction whose node says nothing for that long is ended, milliseconds: it is paused or cut off, and what waits for the locks
 * of a row keeps its whole batch waiting. Below what a statement waits for a lock, so that no commit gives up for it.
 */
const FORGOTTEN_MS = 2_000;
/** Silence after which a broken connection is looked for, milliseconds. */
const KEEPALIVE_MS = 10_000;
/** The database's side notices as well, milliseconds. */
const TCP_USER_MS = 20_000;

export interface PoolOptions {
  /** `postgres://…` */
  readonly url: string;
  /** Where the tables lie. */
  readonly schema: string;
  /** Most connections. */
  readonly size: number;
  readonly clock: Clock;
  /** Named in the database's own lists. */
  readonly name: string;
  /** The database refuses whatever would change something. */
  readonly readOnly?: true;
}

/** A prepared statement: its text is parsed once for each connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  /** It reads everything there is: it is given more time. */
  readonly long?: true;
  /** Its answer is waited for as long as the connection stands: a migration, and waiting for another's. */
  readonly patient?: true;
}

export type Values = readonly (Buffer | string | number | boolean | null)[];

/** Rows as arrays of columns would spare little, and read badly. */
export type Rows<R> = readonly R[];

/** Sends statements; each call is a transaction of its own. */
export interface Sender {
  query<R>(statement: Statement, values?: Values): Promise<Rows<R>>;
}

/** One connection, which nobody else uses meanwhile. */
export interface Session extends Sender {
  /** Several statements in one transaction. */
  transaction<T>(work: (sender: Sender) => Promise<T>): Promise<T>;
}

/** Connections to one database, all alike. */
export class Pool implements Session {
  readonly #pool: pg.Pool;
  readonly #patience: Patience;
  readonly #clock: Clock;
  /** When the long statements before have ended. */
  #longTurn: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor({ url, schema, size, clock, name, readOnly }: PoolOptions) {
    this.#patience = new Patience(clock);
    this.#clock = clock;
    this.#pool = new pg.Pool({
      connectionString: url,
      max: size,
      connectionTimeoutMillis: CONNECT_MS,
      idleTimeoutMillis: IDLE_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEPALIVE_MS,
      application_name: `pawl ${name}`,
      options: optionsOf(schema, readOnly === true),
      types: TYPES,
      allowExitOnIdle: true,
    });
    // A connection that breaks while nobody waits for an answer is replaced; who waits for one is told by their call.
    this.#pool.on('error', () => undefined);
    this.#pool.on('connect', (client) => void client.on('error', () => undefined));
  }

  /** @throws what the driver throws, and a broken connection where no answer comes. */
  async query<R>(statement: Statement, values: Values = []): Promise<Rows<R>> {
    return this.#with((client) => this.#send(client, statement, values));
  }

  /**
   * The same for a statement that has to read everything.
   * @throws {StoreBusyError} where its turn does not come in {@link LONG_TURN_MS}.
   */
  async queryLong<R>(statement: Statement, values: Values = []): Promise<Rows<R>> {
    // One after the other: what takes minutes must not take all connections from what takes none.
    const before = this.#longTurn;
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    this.#longTurn = before.then(() => ended);
    try {
      await this.#turnAfter(before);
      return await this.transaction(async (sender) => {
        await sender.query(ALLOW_LONG);
        return sender.query<R>({ ...statement, long: true }, values);
      });
    } finally {
      end();
    }
  }

  /** Several statements in one transaction, on one connection. */
  async transaction<T>(work: (sender: Sender) => Promise<T>): Promise<T> {
    return this.session((session) => session.transaction(work));
  }

  /** Several transactions on one connection: what the database keeps for a session, such as a lock, lasts as long. */
  async session<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.#with((client) => {
      const query: Sender['query'] = (statement, values = []) => this.#send(client, statement, values);
      return work({ query, transaction: (part) => inTransaction({ query }, part) });
    });
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#pool.end();
  }

  async #turnAfter(before: Promise<void>): Promise<void> {
    const over = new AbortController();
    const isOurs = await Promise.race([
      before.then(() => true),
      this.#clock.sleep(LONG_TURN_MS, over.signal).then(() => false),
    ]);
    over.abort();
    if (isOurs) return;
    const waited = `its turn has not come in ${LONG_TURN_MS / 1_000} s`;
    throw new StoreBusyError(
      `PostgreSQL, what reads all of it is made one by one, and ${waited}: ask again later, and for less at once`,
    );
  }

  async #with<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw storeError('connecting', error);
    });
    let broken: unknown = null;
    try {
      return await work(client);
    } catch (error) {
      // A statement that fails leaves its connection whole; without a word of the database it is not to be trusted.
      broken = hasAnswer(error) ? null : error;
      throw error;
    } finally {
      client.release(broken !== null);
    }
  }

  async #send<R>(client: pg.PoolClient, statement: Statement, values: Values): Promise<Rows<R>> {
    const { name, text } = statement;
    const answered = this.#patience.begin({ cut: () => cut(client) }, patienceMsFor(statement));
    try {
      const { rows } = await client.query<R & pg.QueryResultRow>({ name, text, values: values as unknown[] });
      return rows;
    } finally {
      answered();
    }
  }
}

/** How long an answer is waited for, milliseconds: somewhat longer than the database gives the statement. */
function patienceMsFor({ long, patient }: Statement): number {
  if (patient === true) return Number.POSITIVE_INFINITY;
  return (long === true ? LONG_STATEMENT_MS : STATEMENT_MS) + GRACE_MS;
}

async function inTransaction<T>(sender: Sender, work: (sender: Sender) => Promise<T>): Promise<T> {
  await sender.query(BEGIN);
  try {
    const result = await work(sender);
    await sender.query(COMMIT);
    return result;
  } catch (error) {
    await sender.query(ROLLBACK).catch(() => undefined);
    throw error;
  }
}

const BEGIN: Statement = { name: 'begin', text: 'BEGIN' };
const COMMIT: Statement = { name: 'commit', text: 'COMMIT' };
const ROLLBACK: Statement = { name: 'rollback', text: 'ROLLBACK' };
const ALLOW_LONG: Statement = {
  name: 'allow-long',
  text: `SELECT set_config('statement_timeout', '${LONG_STATEMENT_MS}', true), set_config('enable_seqscan', 'on', true)`,
};

/** What is set for every connection, sent with its first message. */
function optionsOf(schema: string, readOnly: boolean): string {
  const settings = {
    search_path: schema,
    statement_timeout: STATEMENT_MS,
    lock_timeout: LOCK_MS,
    idle_in_transaction_session_timeout: FORGOTTEN_MS,
    tcp_user_timeout: TCP_USER_MS,
    // One plan for every batch, and always by the index that the statement is written for. What the planner knows of arrays, and of
    // tables that have just been emptied or filled, is wrong by orders of magnitude, and a wrong guess reads a whole table.
    plan_cache_mode: 'force_generic_plan',
    enable_seqscan: 'off',
    enable_bitmapscan: 'off',
    enable_hashjoin: 'off',
    enable_mergejoin: 'off',
    default_transaction_isolation: 'read\\ committed',
    timezone: 'UTC',
    default_transaction_read_only: readOnly ? 'on' : 'off',
  };
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}

const INT8 = 20;
/** 64-bit integers as numbers: times and counts stay far below 2^53. Everything else as it comes. */
const TYPES: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8
      ? Number
      : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
};

/** An error that the database has sent, rather than one of the way to it. */
function hasAnswer(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !/^(08|57P)/.test(error.code ?? '');
}

/** The socket is all that is known to be ours. */
function cut(client: pg.PoolClient): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
