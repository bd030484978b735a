import { describe, expect, it } from 'vitest';
import { verifyChain } from '../../../order/chain.ts';
import { orderIdFromBytes } from '../../../order/order-id.ts';
import type { LiveOrder } from '../../../order/work.ts';
import type { AuditedOrder, OrderAudit } from '../../../ports/audit.ts';
import type { Store } from '../../../ports/store.ts';
import { systemClock, systemDigest } from '../../../ports/system.ts';
import { creation, step } from '../../contract/samples.ts';
import { FAR_AHEAD, LONG_AGO, taskOf, timerOf, withWork } from '../../contract/work/samples.ts';
import { openPostgresAudit } from '../index.ts';
import { usePostgres } from '../test/postgres.ts';

const postgres = usePostgres();

/** Three orders of four events each; the first has a task and a timer. */
async function seed(): Promise<readonly string[]> {
  const store = await postgres.open();
  await store.internTenant('default');
  await store.internActor(1, 'program', 'tester');
  const units = [0, 1, 2].map((index) => creation({ at: LONG_AGO + index })).map(busyIfFirst);
  await store.commit(units);
  await store.commit(units.map(({ order }) => step(order, 'PAID', 3)));
  return units.map(({ orderId }) => orderId);
}

function busyIfFirst(unit: ReturnType<typeof creation>, index: number) {
  if (index > 0) return unit;
  return withWork(unit, {
    tasks: [{ kind: 'add', task: taskOf(unit.order) }],
    timers: [{ kind: 'add', timer: timerOf(unit.order, FAR_AHEAD) }],
  });
}

const url = () => postgres.url;
const open = () => openPostgresAudit({ url: url(), schema: postgres.schema });

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

interface Audited {
  /** How many orders there were when it was opened. */
  readonly counted: number;
  readonly orders: AuditedOrder[];
  /** What else was found, a line each. */
  readonly rest: unknown[];
}

async function audit(): Promise<Audited> {
  const opened = await open();
  try {
    return { counted: opened.orders, orders: await all(opened.each()), rest: await restOf(opened) };
  } finally {
    await opened.close();
  }
}

async function restOf(opened: OrderAudit): Promise<unknown[]> {
  return [
    ...(await all(opened.strays())).map(({ kind, orderId, version }) => [kind, orderId, version]),
    ...(await all(opened.strayBodies())).map(({ number, orderId }) => ['body', orderId, number]),
    ...(await all(opened.workProblems())).map(({ kind, orderId }) => [kind, orderId]),
  ];
}

/** `$1` and `$2` stand for the first and the second order. */
async function tamper(sql: string): Promise<void> {
  const bodies = await postgres.sql<{ id: string }>(
    'SELECT id FROM order_bodies ORDER BY tenant, id LIMIT 2',
  );
  await postgres.sql(sql.replaceAll(/\$([12])/g, (_, number) => `'${bodies[Number(number) - 1]?.id}'`));
}

describe('the audit of orders', () => {
  it('shows every order with the chain that verifies, and nothing besides', async () => {
    const ids = await seed();
    const { orders, rest } = await audit();
    expect(rest).toEqual([]);
    expect(orders.map(({ orderId }) => orderId)).toEqual(ids);
    for (const { row, events, problems } of orders) {
      expect(problems).toEqual([]);
      expect(verifyChain(row as LiveOrder, events, systemDigest)).toEqual([]);
    }
  });

  it.each([
    [
      'an event that is gone',
      'DELETE FROM events WHERE order_id = $1 AND version = 2',
      [{ kind: 'version-gap', position: null, expected: 2, found: 3 }],
    ],
    [
      'a last event that is gone',
      'DELETE FROM events WHERE order_id = $1 AND version = 4',
      [{ kind: 'version-gap', position: null, expected: 4, found: null }],
    ],
    [
      'an order without any event',
      'DELETE FROM events WHERE order_id = $1',
      [{ kind: 'version-gap', position: null, expected: 1, found: null }],
    ],
    [
      'an event in a state that nobody knows',
      'UPDATE events SET place_to = 99 WHERE order_id = $1 AND version = 3',
      [{ kind: 'event-unreadable', version: 3 }],
    ],
    [
      'an event of a type that nobody knows',
      'UPDATE events SET type = 99 WHERE order_id = $1 AND version = 3',
      [{ kind: 'event-unreadable', version: 3 }],
    ],
    ['an order whose body is gone', 'DELETE FROM order_bodies WHERE id = $1', [{ kind: 'row-incomplete' }]],
    [
      'an order in a state that nobody knows',
      'UPDATE orders SET place = 99 WHERE id = $1',
      [{ kind: 'row-incomplete' }],
    ],
    [
      'a body that is no JSON',
      "UPDATE order_bodies SET items = '[' WHERE id = $1",
      [{ kind: 'row-unreadable' }],
    ],
  ])('finds %s', async (_, sql, expected) => {
    await seed();
    await tamper(sql);
    const { orders, rest } = await audit();
    expect(orders.map(({ problems }) => problems)).toEqual([expected, [], []]);
    expect(rest).toEqual([]);
  });

  it('finds a payload that is no JSON by its hash', async () => {
    await seed();
    await tamper("UPDATE events SET payload = '{' WHERE order_id = $1 AND version = 2");
    const [first] = (await audit()).orders;
    expect(first?.problems).toEqual([]);
    expect(verifyChain(first?.row as LiveOrder, first?.events ?? [], systemDigest)).toMatchObject([
      { kind: 'payload-hash', version: 2 },
    ]);
  });

  it.each([
    [
      'events of no order',
      'DELETE FROM orders WHERE id = $2',
      [1, 2, 3, 4].map((version) => ['no-order', 1, version]),
    ],
    [
      'events that the order has not reached',
      'UPDATE orders SET version = 2 WHERE id = $2',
      [3, 4].map((version) => ['beyond', 1, version]),
    ],
    [
      'tasks that are gone',
      'DELETE FROM tasks; DELETE FROM timers',
      [
        ['tasks-missing', 0],
        ['timers-missing', 0],
      ],
    ],
    [
      'tasks of which the row says nothing',
      'UPDATE orders SET flags = 0',
      [
        ['tasks-unnoticed', 0],
        ['timers-unnoticed', 0],
      ],
    ],
    [
      'a dead task of which the row says nothing',
      'UPDATE tasks SET dead = true',
      [['dead-tasks-unnoticed', 0]],
    ],
    [
      'a row that says of a dead task which is not there',
      'UPDATE orders SET flags = flags | 2, attention = 2 WHERE id = $2',
      [['dead-tasks-missing', 1]],
    ],
    [
      'an order that dead letters would not list',
      'UPDATE orders SET flags = flags | 4 WHERE id = $2',
      [['attention-unfit', 1]],
    ],
    [
      'an order that dead letters would list',
      'UPDATE orders SET attention = 0 WHERE id = $2',
      [['attention-unfit', 1]],
    ],
  ])('finds %s', async (_, sql, expected) => {
    const ids = await seed();
    await tamper(sql);
    const { rest } = await audit();
    const named = rest.filter((one) => (one as unknown[])[0] !== 'body') as unknown[][];
    expect(named).toEqual(expected.map(([kind, index, ...more]) => [kind, ids[index as number], ...more]));
  });

  it('finds bodies, tasks and timers of no order', async () => {
    const [busy] = await seed();
    await tamper('DELETE FROM events WHERE order_id = $1; DELETE FROM orders WHERE id = $1');
    expect((await audit()).rest).toEqual([
      ['body', busy, null],
      ['tasks-without-order', busy],
      ['timers-without-order', busy],
    ]);
  });

  it('walks more of everything than one read holds', async () => {
    const [busy] = await seed();
    const zeros = orderIdFromBytes(new Uint8Array(16));
    await tamper(`
      INSERT INTO orders (tenant, id, place, version, entered_version, flags, attention, updated_at, last_hash, work)
        SELECT 2, overlay(id::text PLACING lpad(to_hex(n), 12, '0') FROM 25)::uuid, place, version, entered_version, 0, NULL, 0, last_hash, NULL
        FROM orders CROSS JOIN generate_series(1, 2500) n WHERE id = (SELECT min(id::text)::uuid FROM orders);
      INSERT INTO order_bodies (tenant, id, workflow_version, workflow_hash, created_at, currency, amount_total, items, metadata)
        SELECT o.tenant, o.id, b.workflow_version, b.workflow_hash, b.created_at, b.currency, b.amount_total, b.items, b.metadata
        FROM orders o CROSS JOIN (SELECT * FROM order_bodies LIMIT 1) b WHERE o.tenant = 2;
      INSERT INTO order_bodies (tenant, id, workflow_version, workflow_hash, created_at, currency, amount_total, items, metadata)
        SELECT 3, '00000000-0000-0000-0000-000000000000', workflow_version, workflow_hash, created_at, currency, amount_total, items, metadata
        FROM order_bodies LIMIT 1;
      INSERT INTO tasks (tenant, order_id, version, position, suffix, kind, name, run_version, place, orphan, dead, created_at, due_at, attempts, token, parked, uncertain)
        SELECT o.tenant, o.id, 1, 0, '', t.kind, t.name, 1, t.place, false, false, 0, t.due_at, 0, 0, false, false
        FROM orders o CROSS JOIN (SELECT * FROM tasks LIMIT 1) t WHERE o.tenant = 2;
      UPDATE orders SET version = 300 WHERE id = $1;
      INSERT INTO events SELECT e.tenant, e.order_id, n, e.type, e.actor, e.place_from, e.place_to, e.workflow_hash, e.at, e.salt,
          e.payload_hash, e.hash, e.previous_hash, e.event, e.task, e.payload
        FROM events e CROSS JOIN generate_series(5, 300) n WHERE e.order_id = $1 AND e.version = 4`);
    const { counted, orders, rest } = await audit();
    expect([counted, orders.length]).toEqual([2_503, 2_503]);
    expect(orders.find(({ orderId, tenant }) => tenant === 1 && orderId === busy)?.events).toHaveLength(300);
    expect(rest).toHaveLength(2_501);
    expect(rest).toContainEqual(['body', zeros, null]);
  }, 30_000);

  it('leaves to the next audit what has come since it was opened', async () => {
    const [busy] = await seed();
    const opened = await open();
    const store = await postgres.open();
    await store.commit([creation({ at: FAR_AHEAD })]);
    await tamper('UPDATE orders SET flags = 0');
    expect(await all(opened.each())).toHaveLength(3);
    expect(await restOf(opened)).toEqual([
      ['tasks-unnoticed', busy],
      ['timers-unnoticed', busy],
    ]);
    await opened.close();
    expect((await audit()).orders).toHaveLength(4);
  });

  it('finds nothing false beside a node that is at work', async () => {
    const store = await postgres.open();
    await store.internTenant('default');
    await store.internActor(1, 'program', 'tester');
    const working = work(store);
    try {
      for (let round = 0; round < 4; round++) {
        const { orders, rest } = await audit();
        expect(rest).toEqual([]);
        for (const { row, events, problems } of orders) {
          expect(problems).toEqual([]);
          expect(verifyChain(row as LiveOrder, events, systemDigest)).toEqual([]);
        }
      }
    } finally {
      await working.stop();
    }
  }, 60_000);

  it('changes nothing, and brings nothing up to date', async () => {
    await expect(open()).rejects.toThrow(/has nothing of Pawl: name another with \?schema=/);
    await postgres.open();
    await postgres.sql(`UPDATE meta SET value = '1' WHERE name = 'schema'`);
    await expect(open()).rejects.toThrow(/has schema 1 and this program reads schema 4/);
    await postgres.sql(`UPDATE meta SET value = '9'`);
    await expect(open()).rejects.toThrow(/needs a program that knows schema 9/);
    expect(await postgres.sql(`SELECT value FROM meta WHERE name = 'schema'`)).toEqual([{ value: '9' }]);
  });

  it('says in words that a database cannot be reached, and not how it was to be', async () => {
    const lost = openPostgresAudit({ url: 'postgres://ann:hunter2@127.0.0.1:9/shop' });
    await expect(lost).rejects.toThrow(/PostgreSQL, connecting/);
    await expect(lost).rejects.not.toThrow(/hunter2/);
  });
});

/** Makes orders with tasks and moves them, as fast as it can, until it is stopped. */
function work(store: Store): { stop(): Promise<void> } {
  let isOver = false;
  async function run(): Promise<void> {
    while (!isOver) {
      const units = Array.from({ length: 20 }, () => creation());
      const busy = units.map((unit) =>
        withWork(unit, { tasks: [{ kind: 'add', task: taskOf(unit.order) }] }),
      );
      await store.commit(busy);
      await store.commit(
        busy.map(({ order }) =>
          withWork(step(order, 'PAID', 2), { tasks: [{ kind: 'remove', task: taskOf(order) }] }),
        ),
      );
      await systemClock.sleep(1);
    }
  }
  const running = Promise.all([run(), run()]);
  return {
    async stop() {
      isOver = true;
      await running;
    },
  };
}
