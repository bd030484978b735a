import type { LocalPostgres } from '@pawl/local-postgres';
import type { Store } from 'pawl';
import { openPostgresStore } from 'pawl/postgres';
import pg from 'pg';
import type { Finding } from '../findings.ts';
import { auditPostgres } from './postgres-audit.ts';
import type { Database } from './subject.ts';

/** The schema that the tables lie in. */
const SCHEMA = 'pawl';

interface Parts {
  readonly url: string;
  readonly server: LocalPostgres | null;
  readonly drop: () => Promise<unknown>;
}

/** A database of which more can be asked than a server does. */
export class PostgresDatabase implements Database {
  readonly url: string;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.url = parts.url;
    this.#parts = parts;
  }

  /** The server that has only this database. */
  get server(): LocalPostgres {
    const { server } = this.#parts;
    if (server === null) throw new Error('the server is not our own: run without TEST_DATABASE_URL');
    return server;
  }

  openStore(clock?: Parameters<Database['openStore']>[0]): Promise<Store> {
    return openPostgresStore({ url: this.url, schema: SCHEMA, clock });
  }

  bytes(): null {
    return null;
  }

  audit(): Promise<readonly Finding[]> {
    return auditPostgres((text) => this.sql(text));
  }

  async drop(): Promise<void> {
    await this.#parts.drop();
  }

  /** Sends SQL past the servers, on a connection of its own. */
  sql<R extends object>(text: string, values: readonly unknown[] = []): Promise<readonly R[]> {
    return sendSql(this.url, text, values);
  }
}

/** The database that such a subject has made. */
export function postgresOf(database: Database): PostgresDatabase {
  if (database instanceof PostgresDatabase) return database;
  throw new TypeError(`${database.url} is no database of PostgreSQL`);
}

/** Sends SQL to a database, on a connection of its own. */
export async function sendSql<R extends object>(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly R[]> {
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${SCHEMA}` });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<R>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}
