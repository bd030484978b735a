import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Clock } from '../../ports/clock.ts';
import { StoreBusyError, StoreFullError, StoreUnavailableError } from '../../ports/store.ts';
import { systemClock } from '../../ports/system.ts';
import { creation, step } from '../contract/samples.ts';
import { Pool } from './connection/pool.ts';
import { migrate } from './migrate.ts';
import { usePostgres } from './test/postgres.ts';
import { ADD_SKU, LOCK_SKU } from './writer/stock-changes.ts';

const postgres = usePostgres();
const COMMITTED = { kind: 'committed' };

it('says that it is away while it is away, and goes on when it is back', async () => {
  const store = await postgres.open();
  await store.internActor(1, 'program', 'tester');
  const unit = creation();
  await store.commit([unit]);
  await postgres.server.kill();
  await expect(store.commit([step(unit.order, 'PAID')])).rejects.toThrow(StoreUnavailableError);
  await expect(store.ping()).rejects.toThrow(StoreUnavailableError);
  await expect(store.load([unit])).rejects.toThrow(StoreUnavailableError);
  await postgres.server.start();
  expect(await store.load([unit])).toEqual([unit.order]);
  expect(await store.commit([step(unit.order, 'PAID')])).toEqual([COMMITTED]);
});

it('says that it is full until something fits in again, and is read meanwhile', async () => {
  const store = await postgres.open();
  await store.internActor(1, 'program', 'tester');
  const earlier = creation();
  await store.commit([earlier]);
  const feed = (after: number) => store.feed({ tenant: 1, after, limit: 10 });
  const { next } = await feed(0);
  const unit = creation();
  await postgres.sql(`CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$`);
  const fill = (what: string) =>
    postgres.sql(`CREATE TRIGGER no_room BEFORE ${what} EXECUTE FUNCTION no_room()`);
  await fill('UPDATE ON commits');
  await store.commit([unit]);
  await fill('UPDATE ON orders');
  await fill('INSERT ON meta');
  await store.ping();
  await expect(store.commit([step(unit.order, 'PAID')])).rejects.toThrow(StoreFullError);
  await expect(store.ping()).rejects.toThrow(StoreFullError);
  expect(await store.load([unit])).toEqual([unit.order]);
  expect((await feed(0)).events.map(({ head }) => head.orderId)).toEqual([earlier.orderId]);
  // Its commit has no position yet, and cannot get one: an empty page would deny it.
  await expect(feed(next)).rejects.toThrow(StoreFullError);
  await postgres.sql('DROP FUNCTION no_room CASCADE');
  await store.ping();
  expect(await store.commit([step(unit.order, 'PAID')])).toEqual([COMMITTED]);
  expect((await feed(next)).events.map(({ head }) => head.version)).toEqual([1, 2]);
  expect(await postgres.sql(`SELECT name FROM meta WHERE name = 'probe'`)).toEqual([]);
});

it('leaves the outcome of a commit open whose connection was cut, and a look-up closes it', async () => {
  const store = await postgres.open();
  await store.internActor(1, 'program', 'tester');
  let cut = 0;
  for (let round = 0; round < 30; round++) {
    const unit = creation();
    const commandId = unit.events[0]?.payload?.commandId ?? '';
    const committing = store.commit([unit]).then(
      () => true,
      (error: unknown) => {
        expect(error).toBeInstanceOf(StoreUnavailableError);
        return false;
      },
    );
    await new Promise((resolve) => setTimeout(resolve, round / 10));
    await postgres.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pawl commits'`,
    );
    const acknowledged = await committing;
    if (!acknowledged) cut++;
    const isWritten = await store.lookup(unit, 1, commandId);
    const [row] = await store.load([unit]);
    expect(isWritten).toBe(row !== undefined);
    if (acknowledged) expect(isWritten).toBe(true);
  }
  expect(cut).toBeGreaterThan(0);
});

it('tells what to do where it cannot be opened', async () => {
  const url = (text: string) => postgres.server.url.replace(/\/postgres$/, text);
  await expect(postgres.open({ url: url('/nowhere') })).rejects.toThrow(/create it, or correct DATABASE_URL/);
  await expect(postgres.open({ url: 'postgres://127.0.0.1:1/x' })).rejects.toThrow(/ECONNREFUSED/);
  await expect(postgres.open({ schema: 'No Name' })).rejects.toThrow(/no name of a schema/);
});

it('refuses a schema of another program, and one that a newer program has made', async () => {
  await postgres.sql(`CREATE SCHEMA ${postgres.schema}; CREATE TABLE ${postgres.schema}.theirs (n integer)`);
  await expect(postgres.open()).rejects.toThrow(/tables of another program/);
  await postgres.sql(`DROP TABLE ${postgres.schema}.theirs`);
  await (await postgres.open()).close();
  await postgres.sql(`UPDATE meta SET value = '999' WHERE name = 'schema'`);
  await (await postgres.open()).close();
  await postgres.sql(`UPDATE meta SET value = '999' WHERE name = 'oldest_code'`);
  await expect(postgres.open()).rejects.toThrow(/install the newer version/);
});

it('cuts a connection that has stayed open at one end only', async () => {
  const proxy = await silentProxy(postgres.server.port);
  const pool = await openPool(`postgres://postgres@127.0.0.1:${proxy.port}/postgres`, 1);
  proxy.silence();
  const asked = pool.query({ name: 'one', text: 'SELECT 1' });
  await expect(asked).rejects.toThrow();
  proxy.speak();
  expect(await pool.query({ name: 'two', text: 'SELECT 2 AS n' })).toEqual([{ n: 2 }]);
});

it('takes the locks of a node that was cut off within a transaction before others have waited in vain', async () => {
  const pool = await openPool(postgres.url, 2);
  await pool.query(ADD_SKU, [1, 'A']);
  const [locked, back] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const cutOff = pool.transaction(async (sender) => {
    await sender.query(LOCK_SKU, [1, 'A']);
    locked.resolve();
    await back.promise;
  });
  cutOff.catch(() => undefined);
  await locked.promise;
  try {
    expect(await pool.query(LOCK_SKU, [1, 'A'])).toHaveLength(1);
  } finally {
    back.resolve();
  }
  await expect(cutOff).rejects.toThrow();
});

describe('what reads everything', () => {
  const read = (name: string, seconds: number) => ({
    name,
    text: `SELECT ${seconds} AS n FROM pg_sleep(${seconds})`,
  });
  /** Its seconds are a fiftieth of one, but for what the database counts. */
  const hurried: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 50, signal) };

  it('waits a while for what does so before it, then says what to do, and leaves its place in the line', async () => {
    const pool = await openPool(postgres.url, 2, hurried);
    const order: string[] = [];
    const first = pool.queryLong(read('first', 2)).finally(() => order.push('first'));
    const second = pool.queryLong(read('second', 0)).finally(() => order.push('second'));
    await expect(second).rejects.toThrow(StoreBusyError);
    await expect(second).rejects.toThrow(/one by one, .* in 10 s: ask again later/);
    const third = pool.queryLong(read('third', 0)).finally(() => order.push('third'));
    await expect(third).rejects.toThrow(StoreBusyError);
    // Nothing else waits for it.
    expect(await pool.query({ name: 'short', text: 'SELECT 1 AS n' })).toEqual([{ n: 1 }]);
    expect(await first).toEqual([{ n: 2 }]);
    expect(await pool.queryLong(read('fourth', 0))).toEqual([{ n: 0 }]);
    expect(order).toEqual(['second', 'third', 'first']);
  });

  it('is made one after the other, also after one that fails', async () => {
    const pool = await openPool(postgres.url, 2);
    const order: string[] = [];
    const broken = pool.queryLong({ name: 'broken', text: 'SELECT 1 / 0 FROM pg_sleep(0.2)' });
    const asked = [
      broken.catch(() => order.push('broken')),
      pool.queryLong(read('one', 0.2)).then(() => order.push('one')),
      pool.queryLong(read('two', 0)).then(() => order.push('two')),
    ];
    await Promise.all(asked);
    expect(order).toEqual(['broken', 'one', 'two']);
  });

  it('is given up by the database no sooner than after 120 s', async () => {
    const pool = await openPool(postgres.url, 1);
    const limit = { name: 'limit', text: `SELECT current_setting('statement_timeout') AS is` };
    expect(await pool.queryLong(limit)).toEqual([{ is: '2min' }]);
    expect(await pool.query(limit)).toEqual([{ is: '10s' }]);
  });
});

async function openPool(url: string, size: number, clock: Clock = systemClock): Promise<Pool> {
  const pool = new Pool({ url, schema: postgres.schema, size, name: 'test', clock });
  onTestFinished(() => pool.close());
  await migrate(pool, postgres.schema);
  return pool;
}

/** Forwards until it is told to be silent: then both ends stay open and hear nothing. */
async function silentProxy(target: number) {
  let isSilent = false;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (data) => (isSilent ? undefined : to.write(data)));
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    silence: () => {
      isSilent = true;
    },
    speak: () => {
      isSilent = false;
    },
  };
}
