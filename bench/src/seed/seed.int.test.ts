import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Pawl } from 'pawl';
import { afterEach, expect, test, vi } from 'vitest';
import type { Database, StoreName } from '../stores/database.ts';
import { openDatabase } from '../stores/open.ts';
import { withClient } from '../stores/postgres.ts';
import { EVENTS, type Names, Plan } from './history.ts';
import { seedPostgres } from './postgres.ts';
import { prepare, withEngine } from './prepare.ts';
import { verifySample } from './sample.ts';
import { seedSqlite } from './sqlite.ts';

// A database server, an engine and a command line start for a test: on a machine with other work that takes a while.
vi.setConfig({ testTimeout: 120_000 });

const COUNT = 200;
const PAWL = fileURLToPath(new URL('../../../packages/server/src/main.js', import.meta.url));

let database: Database | undefined;
let names: Names;
let plan: Plan;

afterEach(() => database?.remove());

async function readFeed(pawl: Pawl, tenant: number): Promise<string[]> {
  const seen: string[] = [];
  for (let after = 0; ; ) {
    const page = await pawl.feed({ tenant, after, limit: 100 });
    if (page.events.length === 0) return seen;
    seen.push(...page.events.map(({ head }) => `${head.orderId} ${head.version}`));
    after = page.next;
  }
}

/** Seeds orders up to a moment. */
async function given(store: StoreName, until: number): Promise<string> {
  database = await openDatabase(store);
  const { url } = database;
  names = await prepare(url);
  plan = new Plan(names, COUNT, until);
  if (store === 'postgres') await seedPostgres(url, plan, names, COUNT);
  else seedSqlite(url.slice('sqlite:'.length), plan, names, COUNT);
  return url;
}

test('the audit finds every chain of a seeded file whole', async () => {
  const url = await given('sqlite', Date.now());
  const verify = spawnSync(process.execPath, [PAWL, 'audit', 'verify', '--database', url], {
    encoding: 'utf8',
  });
  expect(verify.stdout).toContain(`${COUNT} orders, ${COUNT * EVENTS} events: every chain is whole`);
});

test('orders that were made on both sides of a month lie in two parts, their chains whole', async () => {
  const now = new Date();
  const turn = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1);
  const url = await given('postgres', turn + 25_000);
  const { rows } = await withClient(url, (client) =>
    client.query(
      'SELECT tableoid::regclass AS part, count(*)::integer AS n FROM pawl.events GROUP BY 1 ORDER BY 1',
    ),
  );
  expect(rows.map(({ n }) => n)).toEqual([COUNT, COUNT]);
  expect(await verifySample(url, plan, names.tenant, COUNT)).toBe(COUNT);
});

test.each(['sqlite', 'postgres'] as const)(
  'the engine goes on from what was seeded in %s: a step, the feed and the lists',
  async (store) => {
    const url = await given(store, Date.now());
    await withEngine(url, async (pawl) => {
      const { tenant } = names;
      const actor = await pawl.actor(tenant, 'program', 'seed', []);
      const stepped = await pawl.fire(plan.orderId(COUNT - 1), 'flip', {}, actor);
      expect(stepped).toMatchObject({ ok: true, order: { status: 'OPEN', version: EVENTS + 1 } });
      expect(await pawl.count({ tenant, workflow: 'endless', status: 'HELD' })).toBe(COUNT - 1);
      const seen = await readFeed(pawl, tenant);
      expect(new Set(seen).size).toBe(COUNT * EVENTS + 1);
      expect(seen).toHaveLength(COUNT * EVENTS + 1);
    });
  },
);
