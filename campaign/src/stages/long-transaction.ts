import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Drill } from '../drill/drill.ts';
import { finding } from '../findings.ts';
import { type PostgresDatabase, postgresOf } from '../subjects/postgres-database.ts';
import type { Ground, Stage } from './stage.ts';

const CLIENTS = 12;
/** How long the load goes on before the transaction begins, and with it, milliseconds. */
const BEFORE_MS = 8_000;
const WITH_MS = 30_000;
/** Milliseconds between two looks whether somebody waits for it. */
const LOOK_MS = 100;
/** Within that time a server must start beside it, milliseconds, on a machine that does much else. */
const START_MS_MAX = 30_000;

export interface LongTransactionOptions {
  readonly beforeMs?: number;
  readonly withMs?: number;
}

/** Somebody leaves a transaction open, with all that it sees and a table of their own locked: nothing waits for it, and claims stay fast. */
export function longTransaction({
  beforeMs = BEFORE_MS,
  withMs = WITH_MS,
}: LongTransactionOptions = {}): Stage {
  return {
    name: 'long-transaction',
    async run(ground) {
      const drill = await Drill.begin(ground, { clients: CLIENTS });
      const database = postgresOf(drill.database);
      await sleep(beforeMs);
      const before = drill.claimMs.length;
      const theirs = await leaveOpen(database.url, ground);
      const watched = await watch(database, drill, withMs, ground);
      const claims = drill.claimMs.slice(before);
      await theirs.end();
      const { counts: done, findings } = await drill.end();
      return {
        counts: { ...watched, 'claims beside it': claims.length, ...done },
        peaks: {
          'ms of a claim before (p99)': p99(drill.claimMs.slice(0, before)),
          'ms of a claim beside it (p99)': p99(claims),
        },
        findings,
      };
    },
  };
}

/** Has a number, a snapshot and a lock, which all last until it ends. */
async function leaveOpen(url: string, { processes }: Ground): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: THEIRS });
  client.on('error', () => undefined);
  await client.connect();
  processes.endToo(() => client.end());
  await client.query('CREATE TABLE public.theirs (n integer)');
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await client.query('INSERT INTO public.theirs VALUES (1)');
  await client.query('LOCK TABLE public.theirs IN ACCESS EXCLUSIVE MODE');
  return client;
}

const THEIRS = 'somebody else';
const WAITING = `SELECT w.query FROM pg_stat_activity w JOIN pg_stat_activity t ON t.application_name = '${THEIRS}'
  WHERE t.pid = ANY (pg_blocking_pids(w.pid))`;
/** What could be tidied up but for the transaction: versions of rows that nobody needs. */
const DEAD = `SELECT coalesce(sum(n_dead_tup), 0)::integer AS n FROM pg_stat_user_tables WHERE schemaname = 'pawl'`;

/** Looks on; meanwhile a server is started anew. */
async function watch(database: PostgresDatabase, drill: Drill, ms: number, { chance }: Ground) {
  const until = performance.now() + ms;
  const [node] = drill.nodes;
  await sleep((chance.fraction() * ms) / 2);
  const began = performance.now();
  await node?.stop();
  await node?.start();
  if (performance.now() - began > START_MS_MAX)
    drill.findings.add(finding('waits-for-others', 'a server has not started while a transaction was open'));
  while (performance.now() < until) {
    for (const { query } of await database.sql<{ query: string }>(WAITING))
      drill.findings.add(finding('waits-for-others', `it waits for somebody's open transaction: ${query}`));
    await sleep(LOOK_MS);
  }
  const [dead] = await database.sql<{ n: number }>(DEAD);
  return { transactions: 1, 'rows left untidy': dead?.n ?? 0 };
}

function p99(ms: readonly number[]): number {
  const sorted = ms.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length * 0.99)] ?? 0);
}
