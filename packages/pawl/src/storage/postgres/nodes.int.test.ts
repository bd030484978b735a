import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LiveOrder } from '../../order/work.ts';
import type { Store, Unit, UnitVerdict } from '../../ports/store.ts';
import { creation, keyRecord, keysOnly, step, withKeys, withStock } from '../contract/samples.ts';
import { LONG_AGO, taskOf, withTasks } from '../contract/work/samples.ts';
import { usePostgres } from './test/postgres.ts';

const postgres = usePostgres();
const COMMITTED = { kind: 'committed' };

/** Two nodes of one database, which both know whom the samples name. */
async function twoNodes(): Promise<readonly [Store, Store]> {
  const nodes = [await postgres.open(), await postgres.open()] as const;
  await nodes[0].internTenant('default');
  await nodes[0].internActor(1, 'program', 'tester');
  return nodes;
}

async function created(store: Store, count: number): Promise<LiveOrder[]> {
  const units = Array.from({ length: count }, () => creation());
  for (let at = 0; at < count; at += 100) await store.commit(units.slice(at, at + 100));
  return units.map(({ order }) => order);
}

/** Moves orders drawn at random, in batches that overlap with those of others, and tells what it was told. */
async function mover(
  store: Store,
  orders: readonly LiveOrder[],
  batches: number,
  size: number,
): Promise<number> {
  const known = new Map(orders.map((order) => [order.id, order]));
  let acknowledged = 0;
  for (let batch = 0; batch < batches; batch++) {
    const drawn = new Map<string, Unit & { order: LiveOrder }>();
    while (drawn.size < Math.min(size, orders.length)) {
      const { id } = orders[Math.floor(Math.random() * orders.length)] as LiveOrder;
      drawn.set(id, step(known.get(id) as LiveOrder, 'PAID'));
    }
    const units = [...drawn.values()];
    const verdicts = await store.commit(units);
    for (const [index, verdict] of verdicts.entries()) {
      const unit = units[index] as Unit & { order: LiveOrder };
      if (verdict.kind === 'committed') {
        acknowledged++;
        known.set(unit.orderId, unit.order);
      } else if (verdict.kind === 'conflict' && verdict.current !== undefined) {
        known.set(unit.orderId, verdict.current);
      } else {
        throw new Error(JSON.stringify(verdict));
      }
    }
  }
  return acknowledged;
}

describe('two nodes', () => {
  it('that move the same hot orders never deadlock, and every order has as many events as its version says', async () => {
    const [one, other] = await twoNodes();
    const orders = await created(one, 60);
    const movers = [one, other, one, other].map((node) => mover(node, orders, 30, 32));
    const acknowledged = (await Promise.all(movers)).reduce((sum, count) => sum + count, 0);
    const [found] = await postgres.sql<{ events: number; wrong: number; locks: number }>(`SELECT
      (SELECT count(*)::integer FROM events) AS events,
      (SELECT count(*)::integer FROM orders o WHERE o.version <> (SELECT count(*) FROM events e WHERE e.order_id = o.id)) AS wrong,
      (SELECT deadlocks::integer FROM pg_stat_database WHERE datname = current_database()) AS locks`);
    expect(found).toEqual({ events: acknowledged + orders.length, wrong: 0, locks: 0 });
  }, 60_000);

  it('that race with one key write one of both, and the other is told which', async () => {
    const [one, other] = await twoNodes();
    for (let round = 0; round < 20; round++) {
      const units = [creation(), creation()] as const;
      const hash = keyRecord(units[0]).hash;
      const [first, second] = units.map((unit) => withKeys(unit, keyRecord(unit, { hash })));
      const verdicts = (
        await Promise.all([one.commit([first as Unit]), other.commit([second as Unit])])
      ).flat();
      const winner = verdicts.findIndex(({ kind }) => kind === 'committed');
      expect(verdicts[1 - winner]).toMatchObject({
        kind: 'key-taken',
        taken: [{ orderId: units[winner]?.orderId }],
      });
      const rows = await one.load(units);
      expect(rows.map((row) => row !== undefined)).toEqual([winner === 0, winner === 1]);
    }
  });

  it('that race with one external id give it to one order', async () => {
    const [one, other] = await twoNodes();
    for (let round = 0; round < 20; round++) {
      const units = [creation({ externalId: `x-${round}` }), creation({ externalId: `x-${round}` })] as const;
      const verdicts = (await Promise.all([one.commit([units[0]]), other.commit([units[1]])])).flat();
      const winner = verdicts.findIndex(({ kind }) => kind === 'committed');
      const taken = { kind: 'external-id-taken', orderId: units[winner]?.orderId };
      expect(verdicts[1 - winner]).toEqual(taken);
    }
  });

  it('that sell the same pieces sell each once', async () => {
    const [one, other] = await twoNodes();
    const change = {
      tenant: 1,
      sku: 'A',
      kind: 'set',
      value: 25,
      reason: null,
      actor: 1,
      key: null,
    } as const;
    await one.changeStock({ ...change, commandId: 'c' });
    const buy = async (store: Store): Promise<readonly UnitVerdict[]> => {
      const units = Array.from({ length: 40 }, () => {
        const unit = creation();
        return withStock(unit, { kind: 'reserve', sku: 'A', qty: 1, effectKey: `${unit.orderId}:1:0` });
      });
      const verdicts: UnitVerdict[] = [];
      for (let at = 0; at < units.length; at += 8)
        verdicts.push(...(await store.commit(units.slice(at, at + 8))));
      return verdicts;
    };
    const verdicts = (await Promise.all([buy(one), buy(other)])).flat();
    expect(verdicts.filter(({ kind }) => kind === 'committed')).toHaveLength(25);
    expect(await one.loadStock([{ tenant: 1, sku: 'A' }])).toEqual([
      { sku: 'A', onHand: 25, reserved: 25, version: 26 },
    ]);
    expect(await other.movements({ tenant: 1, sku: 'A', before: null, limit: 100 })).toHaveLength(26);
  });

  it('that claim at the same time get different tasks, and neither waits for the other', async () => {
    const [one, other] = await twoNodes();
    const units = Array.from({ length: 60 }, () => {
      const unit = creation();
      return withTasks(unit, taskOf(unit.order, { dueAt: LONG_AGO }));
    });
    await one.commit(units);
    const query = {
      tenant: null,
      names: ['label.print'],
      limit: 5,
      leaseMs: 60_000,
      claimedBy: 'w',
      key: null,
    };
    const verdicts = await Promise.all(
      Array.from({ length: 14 }, (_, index) => (index % 2 ? one : other).claim(query)),
    );
    const ids = verdicts.flatMap((verdict) =>
      verdict.kind === 'claimed' ? verdict.tasks.map(({ id }) => id) : [],
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(60);
  });

  it('show the feed whole and in turn to a reader who reads while both write', async () => {
    const [one, other] = await twoNodes();
    const orders = await created(one, 40);
    const seen: string[] = [];
    const versions = new Map<string, number>();
    let after = 0;
    const read = async (store: Store): Promise<number> => {
      const { events, next } = await store.feed({ tenant: 1, after, limit: 50 });
      for (const { head, position } of events) {
        expect(position).toBeGreaterThan(after);
        expect(head.version).toBe((versions.get(head.orderId) ?? 0) + 1);
        versions.set(head.orderId, head.version);
        seen.push(`${head.orderId}:${head.version}`);
      }
      after = next;
      return events.length;
    };
    let isWriting = true;
    const writing = Promise.all([one, other, one, other].map((node) => mover(node, orders, 40, 8))).finally(
      () => {
        isWriting = false;
      },
    );
    for (let turn = 0; isWriting; turn++) await read(turn % 2 ? one : other);
    const acknowledged = (await writing).reduce((sum, count) => sum + count, 0);
    while ((await read(one)) > 0);
    expect(seen).toHaveLength(acknowledged + orders.length);
    expect(new Set(seen).size).toBe(seen.length);
  }, 60_000);

  it('show in the feed what was written first and committed last, also to who has read what came between', async () => {
    const [one, other] = await twoNodes();
    await postgres.sql(`CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(3); RETURN NEW; END $$`);
    await postgres.sql(
      'CREATE TRIGGER slow AFTER INSERT ON commits FOR EACH ROW WHEN (NEW.size = 1) EXECUTE FUNCTION slow()',
    );
    const first = one.commit([creation()]);
    await until(async () => {
      const [row] = await postgres.sql<{ n: number }>(
        `SELECT count(*)::integer AS n FROM pg_stat_activity WHERE wait_event = 'PgSleep'`,
      );
      return row?.n === 1;
    });
    await other.commit([creation(), creation()]);
    const read = (after: number) => other.feed({ tenant: 1, after, limit: 10 });
    const before = await read(0);
    expect(before.events).toHaveLength(2);
    await first;
    expect((await read(before.next)).events).toHaveLength(1);
  });

  it('learn the numbers that the other has given to places and definitions', async () => {
    const [one, other] = await twoNodes();
    const unit = creation({ workflow: 'other-workflow', status: 'NEW-STATE' });
    await one.commit([unit]);
    expect(await other.load([unit])).toEqual([unit.order]);
    expect(
      await other.list({
        tenant: 1,
        status: 'NEW-STATE',
        direction: 'asc',
        after: null,
        offset: 0,
        limit: 9,
      }),
    ).toHaveLength(1);
    const moved = step(unit.order, 'ANOTHER');
    expect(await other.commit([moved])).toEqual([COMMITTED]);
    const trail = await one.trail({
      tenant: 1,
      orderId: unit.orderId,
      direction: 'asc',
      after: null,
      limit: 9,
    });
    expect(trail.map(({ head }) => head.to)).toEqual(['NEW-STATE', 'ANOTHER']);
  });

  it('that start on an empty database at the same time make its schema once', async () => {
    const stores = await Promise.all(Array.from({ length: 6 }, () => postgres.open()));
    const secrets = await Promise.all(stores.map((store) => store.secret()));
    expect(new Set(secrets).size).toBe(1);
    expect(secrets[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('agree on the time whatever their own clocks say', async () => {
    const [one, other] = await twoNodes();
    const [row] = await postgres.sql<{ now: string }>(
      'SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now',
    );
    for (const store of [one, other]) expect(Math.abs(store.now() - Number(row?.now))).toBeLessThan(1_000);
  });
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
}

it('reads the rows of a commit at once, however busy the connections for other reads are', async () => {
  const store = await postgres.open({ poolSize: 1 });
  await store.internActor(1, 'program', 'tester');
  const orders = await created(store, 1);
  const keys = orders.map(({ tenant, id }) => ({ tenant, orderId: id }));
  const other = new pg.Client({ connectionString: postgres.url });
  await other.connect();
  onTestFinished(() => other.end());
  await other.query(`BEGIN; LOCK TABLE ${postgres.schema}.stock`);
  const waiting = store.listStock({ tenant: 1, after: null, limit: 1 });
  let isRead = false;
  const reading = store.load(keys).then((rows) => {
    isRead = true;
    return rows;
  });
  expect(await store.load(keys, 'commit')).toEqual(orders);
  expect(isRead).toBe(false);
  await other.query('COMMIT');
  await waiting;
  expect(await reading).toEqual(orders);
});

describe('a unit that cannot be written', () => {
  it('is found among many, and spares them', async () => {
    const [store] = await twoNodes();
    const units = Array.from({ length: 30 }, () => creation());
    // PostgreSQL has no text with this character.
    const bad = creation({ customerId: 'a\u0000b' });
    const verdicts = await store.commit([...units.slice(0, 17), bad, ...units.slice(17)]);
    expect(verdicts.filter(({ kind }) => kind === 'committed')).toHaveLength(30);
    expect(verdicts[17]).toMatchObject({ kind: 'failed' });
    expect((await store.load(units)).every((row) => row !== undefined)).toBe(true);
    expect(await store.load([bad])).toEqual([undefined]);
  });

  it('gives its keys free', async () => {
    const [store] = await twoNodes();
    const [bad, good] = [creation({ customerId: 'a\u0000b' }), creation()];
    const key = keyRecord(bad);
    expect(await store.commit([withKeys(bad, key)])).toMatchObject([{ kind: 'failed' }]);
    expect(await store.commit([withKeys(good, { ...key, orderId: good.orderId })])).toEqual([COMMITTED]);
  });

  it('leaves none of several keys behind where one is taken', async () => {
    const [store] = await twoNodes();
    const [first, second] = [creation(), creation()];
    const [taken, free] = [keyRecord(first), keyRecord(second)];
    await store.commit([withKeys(first, taken)]);
    expect(await store.commit([withKeys(second, free, taken)])).toMatchObject([
      { kind: 'key-taken', taken: [taken] },
    ]);
    expect(await store.commit([keysOnly(first.order, [], [free.hash])])).toEqual([COMMITTED]);
  });

  it('is no trouble to a commit whose orders are of other months', async () => {
    const [store] = await twoNodes();
    const times = [
      Date.UTC(2021, 0, 1),
      Date.UTC(2021, 0, 31, 23, 59, 59, 999),
      Date.UTC(2021, 1, 1),
      Date.UTC(2031, 11, 31),
    ];
    const units = times.map((at) => creation({ at }));
    const verdicts = await Promise.all(units.map((unit) => store.commit([unit])));
    expect(verdicts.flat()).toEqual(units.map(() => COMMITTED));
    const parts = await postgres.sql<{ part: string }>(
      'SELECT DISTINCT tableoid::regclass::text AS part FROM events ORDER BY 1',
    );
    expect(parts.map(({ part }) => part.split('.').at(-1))).toEqual([
      'events_2021_01',
      'events_2021_02',
      'events_2031_12',
    ]);
  });
});
