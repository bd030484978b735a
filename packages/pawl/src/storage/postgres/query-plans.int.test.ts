import { type LocalPostgres, startPostgres } from '@pawl/local-postgres';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LiveOrder } from '../../order/work.ts';
import type { Store } from '../../ports/store.ts';
import { LOOK } from '../contract/exercise-examination.ts';
import {
  creation,
  edition,
  keyRecord,
  keysOnly,
  orderlessKey,
  step,
  withKeys,
  withStock,
} from '../contract/samples.ts';
import { FAR_AHEAD, LONG_AGO, taskOf, timerOf, withWork } from '../contract/work/samples.ts';
import {
  openPostgresAudit,
  openPostgresExamination,
  openPostgresStockAudit,
  openPostgresStore,
  repairPostgresStock,
} from './index.ts';
import { multiply } from './test/multiply.ts';
import { type Plan, PlanLog } from './test/plan-log.ts';

/**
 * Everything that a store does is done on a database that is large enough for a plan to matter, and the database itself tells the
 * plans, those within functions included: the generic ones that it runs by, and not what an EXPLAIN of something similar would say.
 */
const SETTINGS = {
  session_preload_libraries: "'auto_explain'",
  'auto_explain.log_nested_statements': 'on',
  'auto_explain.log_format': "'json'",
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_timing': 'off',
  fsync: 'off',
};
const ORDERS = 6_000;
/** How many orders there are to be; beyond those above they are copies. The campaign has a million. */
const ORDERS_WANTED = Number(process.env['QUERY_PLANS_ORDERS'] ?? ORDERS);
const COPIES = Math.ceil(ORDERS_WANTED / ORDERS) - 1;
/** An index can be read from one end to the other as well: most rows that any call but an audit may read at one place of a plan. */
const ROWS_MAX = 2_000;
const FILL_MS_MAX = 120_000 + ORDERS_WANTED;
/** An audit reads all there is. */
const CALL_MS_MAX = 30_000 + ORDERS_WANTED / 2;

let server: LocalPostgres;
let store: Store;
let orders: readonly LiveOrder[];
let log: PlanLog;
beforeAll(async () => {
  server = await startPostgres({ settings: SETTINGS });
  store = await openPostgresStore({ url: server.url });
  await store.internTenant('default');
  await store.internActor(1, 'program', 'tester');
  orders = await fill();
  await multiply(admin, COPIES, ORDERS);
  await admin('VACUUM ANALYZE');
  log = await PlanLog.begin(server, admin);
}, FILL_MS_MAX);
afterAll(async () => {
  await store.close();
  await server.remove();
});

/** Orders with tasks, timers, keys and stock of each, and what the database has to know of them. */
async function fill(): Promise<readonly LiveOrder[]> {
  await admin(
    `INSERT INTO pawl.stock SELECT 1, 'S-' || n, 10, 0, 1 FROM generate_series(0, ${ORDERS - 1}) n`,
  );
  const filled: LiveOrder[] = [];
  for (let from = 0; from < ORDERS; from += 500) {
    const units = Array.from({ length: 500 }, (_, index) => {
      const number = from + index;
      const unit = creation({ at: LONG_AGO + number, customerId: `c-${number}`, externalId: `x-${number}` });
      const timers = [{ kind: 'add', timer: timerOf(unit.order, FAR_AHEAD - number) }] as const;
      const task = taskOf(unit.order, { dueAt: FAR_AHEAD - number });
      const worked = withWork(unit, { tasks: [{ kind: 'add', task }], timers });
      const effectKey = `${unit.orderId}:1:0`;
      return withKeys(
        withStock(worked, { kind: 'reserve', sku: `S-${number}`, qty: 1, effectKey }),
        keyRecord(unit, { expiresAt: FAR_AHEAD }),
      );
    });
    await store.commit(units);
    filled.push(...units.map(({ order }) => order));
  }
  await store.feed({ tenant: 1, after: 0, limit: 1 });
  return filled;
}

async function admin<R extends object>(text: string): Promise<readonly R[]> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    return (await client.query<R>(text)).rows;
  } finally {
    await client.end();
  }
}

const CHANGE = {
  tenant: 1,
  sku: 'S-9',
  kind: 'adjust',
  value: 1,
  reason: null,
  actor: 1,
  key: null,
} as const;
const PAGE = { tenant: 1, direction: 'desc', after: null, offset: 0, limit: 20 } as const;
const CLAIM = {
  tenant: null,
  names: ['label.print'],
  limit: 5,
  leaseMs: 1_000,
  claimedBy: 'w',
  key: null,
} as const;

/** An order of the many, other for each number. */
function order(number: number): LiveOrder {
  return orders[number * 17] as LiveOrder;
}

const CALLS: Readonly<Record<string, () => Promise<unknown>>> = {
  'a commit that moves orders': () => store.commit([1, 2, 3].map((number) => step(order(number), 'PAID', 2))),
  'a commit that makes orders': () => store.commit([creation({ externalId: 'new' }), creation()]),
  'a commit that edits': () => store.commit([edition(order(4), 'c', [])]),
  'a commit with keys': () =>
    store.commit([
      withKeys(step(order(5), 'PAID'), keyRecord(creation())),
      keysOnly(order(6), [], ['f'.repeat(32)]),
    ]),
  'a commit with work': () => {
    const [task] = order(7).work.tasks;
    const [timer] = order(7).work.timers;
    if (task === undefined || timer === undefined) throw new Error('the sample has no work');
    return store.commit([
      withWork(step(order(7), 'PAID'), {
        tasks: [
          { kind: 'remove', task },
          { kind: 'add', task: taskOf(order(7), { version: 2 }) },
        ],
        timers: [{ kind: 'remove', timer }],
      }),
    ]);
  },
  'a commit with stock': () =>
    store.commit([
      withStock(step(order(8), 'PAID'), {
        kind: 'release',
        sku: `S-${8 * 17}`,
        qty: 1,
        effectKey: `${order(8).id}:2:0`,
      }),
    ]),
  'a commit that conflicts': () =>
    store.commit([step(order(1), 'PAID'), withKeys(creation(), keyRecord(creation()))]),
  'a load': () => store.load([order(9), order(10)].map(({ tenant, id }) => ({ tenant, orderId: id }))),
  'a look-up': () => store.lookup({ tenant: 1, orderId: order(9).id }, 1, 'x'),
  'a trail, ascending': () =>
    store.trail({ tenant: 1, orderId: order(9).id, direction: 'asc', after: null, limit: 10 }),
  'a trail, descending': () =>
    store.trail({ tenant: 1, orderId: order(9).id, direction: 'desc', after: 5, limit: 10 }),
  'a list of all': () => store.list(PAGE),
  'a list of all, ascending': () => store.list({ ...PAGE, direction: 'asc', after: order(3).id }),
  'a list by state': () => store.list({ ...PAGE, status: 'OPEN' }),
  'a list by workflow and state': () =>
    store.list({ ...PAGE, status: 'PAID', workflow: 'sample', offset: 5 }),
  'a list of a customer': () => store.list({ ...PAGE, customerId: 'c-9' }),
  'a list by external id': () => store.list({ ...PAGE, externalId: 'x-9' }),
  'the feed': () => store.feed({ tenant: 1, after: 3_000, limit: 20 }),
  'the end of the feed': () => store.feed({ tenant: 1, after: ORDERS * (COPIES + 1) + 9, limit: 20 }),
  balances: () => store.loadStock([{ tenant: 1, sku: 'S-9' }]),
  'a list of stock': () => store.listStock({ tenant: 1, after: null, limit: 5 }),
  movements: () => store.movements({ tenant: 1, sku: 'S-9', before: null, limit: 5 }),
  'a change of stock': () => store.changeStock({ ...CHANGE, commandId: 'changed', key: orderlessKey() }),
  'a look for work': () => store.peekWork({ names: ['label.print', 'other'], limit: 10 }),
  'a claim': () => store.claim(CLAIM),
  'a claim with a key': () => store.claim({ ...CLAIM, key: orderlessKey() }),
  'updates of tasks': () => {
    const key = { tenant: 1, orderId: order(9).id, id: `${order(9).id}:1:0`, token: 0 };
    return store.updateTasks([
      { ...key, kind: 'extend', leaseUntil: 1 },
      { ...key, kind: 'park', leaseUntil: 1 },
      { ...key, kind: 'retry', dueAt: 1, failure: { attempt: 1, at: 1, error: 'e' }, uncertain: true },
      { ...key, kind: 'return' },
    ]);
  },
  'a list of tasks': () => store.listTasks({ tenant: 1, after: null, limit: 10 }),
  'the tasks of an order': () => store.listTasks({ tenant: 1, orderId: order(9).id, after: null, limit: 10 }),
  'dead tasks': () => store.listTasks({ tenant: 1, status: 'dead', after: null, limit: 10 }),
  'dead letters': () => store.deadLetters({ tenant: 1, after: null, limit: 10 }),
  'an examination': () => store.examine(LOOK),
  'an examination of what is late': () =>
    store.examine({ ...LOOK, after: { tenant: order(9).tenant, orderId: order(9).id }, rules: [] }),
  'the expiry of keys': () => store.expireKeys(10),
  'an audit of orders': async () => {
    const audit = await openPostgresAudit({ url: server.url });
    for (const walk of [
      audit.each(),
      audit.strays(),
      audit.strayBodies(),
      audit.workProblems(),
      audit.feedProblems(),
    ])
      for await (const _ of walk);
    await audit.close();
  },
  'an audit of stock': async () => {
    const audit = await openPostgresStockAudit({ url: server.url });
    for await (const _ of audit.problems());
    await audit.close();
  },
  'an examination from outside': async () => {
    const opened = await openPostgresExamination({ url: server.url });
    await opened.examine(LOOK);
    await opened.load([{ tenant: 1, orderId: order(9).id }]);
    await opened.close();
  },
  'a repair of stock': () => repairPostgresStock({ url: server.url }, [{ tenant: 1, sku: 'S-3' }]),
};

it.each(Object.keys(CALLS))(
  '%s reads by indexes alone',
  async (name) => {
    const call = CALLS[name] as () => Promise<unknown>;
    const plans = await log.plansOf(call);
    expect(plans.length).toBeGreaterThan(0);
    for (const { query, plan } of plans) {
      expect(readWhole(plan), query).toEqual([]);
      if (!AUDITS.has(name)) expect(rowsRead(plan), query).toBeLessThanOrEqual(ROWS_MAX);
    }
  },
  CALL_MS_MAX,
);

/** Read all there is, in turn. */
const AUDITS: ReadonlySet<string> = new Set(['an audit of orders', 'an audit of stock']);

/** The most rows that one place of a plan has read of a table or unpacked of an array, whether it gave them or not. */
function rowsRead(plan: Plan): number {
  const {
    'Node Type': node,
    'Relation Name': table,
    'Actual Rows': rows,
    'Actual Loops': loops,
    'Rows Removed by Filter': removed = 0,
    Plans: below = [],
  } = plan;
  const own = table !== undefined || node === 'Function Scan' ? (rows + removed) * loops : 0;
  return Math.max(own, ...below.map(rowsRead));
}

/** Small by nature, whatever there is: numbers, names and settings. */
const SMALL = /^(places|workflow_hashes|feed_head|meta|tenants|definitions|actors|detached_parts)$/;
/** Indexes that hold only what is to be done next. */
const AGENDAS: ReadonlySet<string> = new Set(['commits_without_position']);

/** What a plan reads from one end to the other, table or index. */
function readWhole(plan: Plan): readonly string[] {
  const {
    'Node Type': node,
    'Relation Name': table = '',
    'Index Name': index = '',
    'Index Cond': condition,
  } = plan;
  const isSearch =
    condition !== undefined || AGENDAS.has(index) || !/^(Seq|Index|Index Only|Bitmap Index) Scan$/.test(node);
  const own = !isSearch && !SMALL.test(table) ? [`${node} of ${index === '' ? table : index}`] : [];
  return [...own, ...(plan.Plans ?? []).flatMap(readWhole)];
}
