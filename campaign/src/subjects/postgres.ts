import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '@pawl/local-postgres';
import type { Processes } from '../processes/processes.ts';
import type { StageName } from '../stages/stage-names.ts';
import { PostgresDatabase, sendSql } from './postgres-database.ts';
import { canMountVolumes } from './small-volume.ts';
import type { Subject } from './subject.ts';

/** Two nodes have everything that many have. */
const NODES = 2;
/** What needs nothing but a database. */
const ANYWHERE: readonly StageName[] = [
  'kills',
  'nth-call',
  'gateway',
  'terminated',
  'half-open',
  'split',
  'paused',
  'long-transaction',
];
/** What ends a database server or starts one, so that it must be our own. */
const WHERE_OWN: readonly StageName[] = [
  'database-stops',
  'query-plans',
  ...(canMountVolumes() ? (['full-disk'] as const) : []),
];

export interface PostgresOptions {
  /** The address of a server that is there already. Default: what `TEST_DATABASE_URL` says. */
  readonly given?: string | undefined;
  /** Where the data of own servers lie. Default: with all else of a run. */
  readonly dataWithin?: string | undefined;
  /** Lines of postgresql.conf of own servers, by name. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/** Orders in PostgreSQL. Each database has a server of its own, unless the address of one is given: then it is one of many there. */
export function postgres({
  given = process.env['TEST_DATABASE_URL'],
  ...own
}: PostgresOptions = {}): Subject {
  let version = 'PostgreSQL';
  return {
    name: 'postgres',
    get version() {
      return version;
    },
    nodes: NODES,
    stages: given === undefined ? [...ANYWHERE, ...WHERE_OWN] : ANYWHERE,
    async create(dir, processes) {
      const database =
        given === undefined ? await ownServer(dir, own, processes) : await atServer(given, processes);
      const [row] = await database.sql<{ server_version: string }>('SHOW server_version');
      version = `PostgreSQL ${row?.server_version}`;
      return database;
    },
  };
}

/** A server whose data lie in that folder, and stay there. */
async function ownServer(
  dir: string,
  { dataWithin, settings }: Omit<PostgresOptions, 'given'>,
  processes: Processes,
): Promise<PostgresDatabase> {
  const beside = join(dir, 'postgres');
  mkdirSync(beside);
  const server = await startPostgres({ within: dataWithin ?? beside, logWithin: beside, settings });
  const drop = once(async () => {
    await server.stop('immediate');
    writeFileSync(join(dir, 'postgres.log'), server.log());
  });
  processes.endToo(drop);
  return new PostgresDatabase({ url: server.url, server, drop });
}

let databases = 0;

async function atServer(given: string, processes: Processes): Promise<PostgresDatabase> {
  const name = `pawl_campaign_${process.pid}_${databases++}`;
  await sendSql(given, `CREATE DATABASE ${name}`);
  const url = new URL(given);
  url.pathname = `/${name}`;
  const drop = once(() => sendSql(given, `DROP DATABASE ${name} WITH (FORCE)`));
  processes.endToo(drop);
  return new PostgresDatabase({ url: url.href, server: null, drop });
}

/** Does it at the first call; every call waits for its end. */
function once(work: () => Promise<unknown>): () => Promise<unknown> {
  let begun: Promise<unknown> | undefined;
  return () => (begun ??= work());
}
