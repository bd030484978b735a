import { type LocalPostgres, startPostgres } from '@pawl/local-postgres';
import pg from 'pg';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Store } from '../../../ports/store.ts';
import { openPostgresStore, type PostgresStoreOptions } from '../index.ts';

/** What tests of this store share: a server of their own, and an empty schema for each test. */
export interface PostgresTests {
  readonly server: LocalPostgres;
  readonly schema: string;
  /** Of the server that is used, whether it was started or given. */
  readonly url: string;
  /** Opens a store of the present test's schema, as one node of many does. Closed after the test. */
  open(options?: Partial<PostgresStoreOptions>): Promise<Store>;
  /** Sends SQL past the store, in the present test's schema. */
  sql<R extends object = Record<string, unknown>>(text: string, values?: unknown[]): Promise<R[]>;
}

let schemas = 0;

/** For the top of a test file. `TEST_DATABASE_URL` names a server that is there already: then none is started. */
export function usePostgres(settings: Readonly<Record<string, string>> = {}): PostgresTests {
  const given = process.env['TEST_DATABASE_URL'];
  let server: LocalPostgres;
  let schema = '';
  const stores: Store[] = [];
  const url = () => given ?? server.url;
  beforeAll(async () => {
    if (given === undefined) server = await startPostgres({ settings });
    nextSchema();
  });
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
    if (given !== undefined) await send(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    nextSchema();
  });
  afterAll(() => server?.remove());

  function nextSchema(): void {
    schema = `test_${process.pid}_${schemas++}`;
  }

  async function send(text: string, values: unknown[] = []): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: url(), options: `-c search_path=${schema}` });
    await client.connect();
    try {
      return (await client.query(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  return {
    get server() {
      return server;
    },
    get schema() {
      return schema;
    },
    get url() {
      return url();
    },
    async open(options = {}) {
      const store = await openPostgresStore({ url: url(), schema, ...options });
      stores.push(store);
      return store;
    },
    sql: (text, values) => send(text, values) as never,
  };
}
