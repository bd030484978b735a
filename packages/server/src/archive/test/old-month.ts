import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalPostgres, startPostgres } from '@pawl/local-postgres';
import {
  createPawl,
  type Damage,
  defineWorkflow,
  type Outcome,
  type Pawl,
  type PawlOptions,
  type Store,
  systemClock,
} from 'pawl';
import { openPostgresStore, type PostgresArchive, parseMonth, withPostgresArchive } from 'pawl/postgres';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { archivableStates } from '../../compose.ts';
import { type ArchiveOutcome, archiveMonth, type Progress } from '../archive-month.ts';

const DAY_MS = 86_400_000;
const QUIET_MS = 7 * DAY_MS;

/** A life with an end that can be left again, and with a state in which history can be detached. */
export const parcel = defineWorkflow({
  name: 'parcel',
  initial: 'PACKED',
  states: {
    PACKED: { on: { send: 'SENT' } },
    SENT: { on: { arrive: 'HERE' } },
    HERE: { archivable: true, on: { return: 'BACK', complain: 'HERE' } },
    BACK: { final: true },
  },
});

/** A month that has been over for more than a month. */
const now = new Date(systemClock.now());
export const OLD = parseMonth(
  new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 2)).toISOString().slice(0, 7),
) as NonNullable<ReturnType<typeof parseMonth>>;

export interface ArchiveTests {
  readonly url: string;
  readonly schema: string;
  readonly directory: string;
  /** A store for a node to come. */
  store(at?: number): Promise<Store>;
  /** A node, on the real clock or `at` another time, that begins then and goes on. Closed after the test. */
  node(at?: number, options?: Partial<PawlOptions>): Promise<Pawl>;
  sql<R extends object = Record<string, unknown>>(text: string, values?: unknown[]): Promise<R[]>;
  /** A connection of its own, closed after the test. */
  client(): Promise<pg.Client>;
  /** What `pawl archive --apply` does. */
  archive(options?: { keep?: boolean; tell?: (progress: Progress) => void }): Promise<ArchiveOutcome>;
  with<T>(work: (archive: PostgresArchive) => Promise<T>): Promise<T>;
}

let schemas = 0;

/** For the top of a test file: a server, and a schema and a directory for each test. */
export function useArchive(): ArchiveTests {
  let server: LocalPostgres;
  let schema = '';
  let directory = '';
  const nodes: Pawl[] = [];
  const clients: pg.Client[] = [];
  beforeAll(async () => {
    server = await startPostgres({ settings: { fsync: 'off' } });
  });
  beforeEach(() => {
    schema = `archive_${schemas++}`;
    directory = mkdtempSync(join(tmpdir(), 'pawl-archive-'));
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.end()));
    await Promise.all(nodes.splice(0).map((pawl) => pawl.close()));
    rmSync(directory, { recursive: true, force: true });
  });
  afterAll(() => server.remove());

  const tests: ArchiveTests = {
    get url() {
      return server.url;
    },
    get schema() {
      return schema;
    },
    get directory() {
      return directory;
    },
    store(at) {
      const offset = at === undefined ? 0 : at - systemClock.now();
      const clock = at === undefined ? undefined : { ...systemClock, now: () => systemClock.now() + offset };
      return openPostgresStore({ url: server.url, schema, clock });
    },
    async node(at, options = {}) {
      const store = await tests.store(at);
      const pawl = await createPawl({ store, workflows: [parcel], taskSlots: 0, ...options });
      nodes.push(pawl);
      return pawl;
    },
    async sql(text, values) {
      const client = await tests.client();
      return (await client.query(text, values)).rows as never;
    },
    async client() {
      const client = new pg.Client({ connectionString: server.url, options: `-c search_path=${schema}` });
      await client.connect();
      clients.push(client);
      return client;
    },
    with: (work) => withPostgresArchive({ url: server.url, schema }, work),
    archive: ({ keep = false, tell = () => undefined } = {}) =>
      tests.with(async (archive) => {
        const archivable = await archivableStates(archive);
        const inspect = () => archive.inspect({ month: OLD, quietMs: QUIET_MS, archivable });
        return archiveMonth({ archive, month: OLD, directory, keep, inspect, tell });
      }),
  };
  return tests;
}

/** Ids of orders made in the old month, which came as far as the event says; null for no event. */
export async function oldOrders(
  tests: ArchiveTests,
  last: 'send' | 'arrive' | 'return' | null,
  count: number,
): Promise<readonly string[]> {
  const pawl = await tests.node(OLD.from + DAY_MS);
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    const { id } = accepted(await pawl.create(newOrder)).order;
    ids.push(id);
    for (const event of ['send', 'arrive', 'return'] as const) {
      if (last === null) break;
      accepted(await pawl.fire(id, event, { reason: 'because' }));
      if (event === last) break;
    }
  }
  // The feed is numbered by whoever reads it.
  await pawl.feed({ tenant: 1, after: 0, limit: 1 });
  return ids;
}

export const newOrder = { workflow: 'parcel', items: [{ sku: 'A-1', qty: 1, price: '9.99' }] } as const;

export function accepted(outcome: Outcome) {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.rejection));
  return outcome;
}

/** What the audit of a server finds in one round. */
export async function damageOf({ health }: Pawl): Promise<readonly Damage[]> {
  const damage: Damage[] = [];
  for (;;) {
    const step = await health.audit();
    damage.push(...step.damage);
    if (step.isLast) return damage;
  }
}
