import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LiveOrder } from '../../order/work.ts';
import { type Store, StoreUnavailableError, type Unit } from '../../ports/store.ts';
import { createSystemRandom, systemClock } from '../../ports/system.ts';
import { creation, keyRecord, keysOnly, step, withKeys } from '../contract/samples.ts';
import { requireSqlite } from './database.ts';
import { openSqliteAudit, openSqliteStore } from './index.ts';
import type { WriterCalls } from './threads/protocol.ts';
import { WorkerThread } from './threads/worker-thread.ts';
import { LOG_BYTES_MAX } from './writer/log.ts';

const random = createSystemRandom();
const PAGE = { tenant: 1, direction: 'desc', after: null, offset: 0, limit: 100 } as const;
let folder: string;
let path: string;
const opened: Store[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pawl-'));
  path = join(folder, 'deep', 'pawl.db');
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
  rmSync(folder, { recursive: true });
});

function open(): Store {
  const store = openSqliteStore({ path, clock: systemClock, random });
  opened.push(store);
  return store;
}

function raw<T>(use: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(path);
  try {
    return use(database);
  } finally {
    database.close();
  }
}

/** A program in a process of its own that has the store open and then does what `body` says. */
function child(body: string) {
  const source = `
    import { openSqliteStore } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
    import { creation, step } from ${JSON.stringify(new URL('../contract/samples.ts', import.meta.url).href)};
    import { createSystemRandom, systemClock } from ${JSON.stringify(new URL('../../ports/system.ts', import.meta.url).href)};
    const store = openSqliteStore({ path: ${JSON.stringify(path)}, clock: systemClock, random: createSystemRandom() });
    ${body}`;
  const process_ = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { process: process_, exited: new Promise((resolve) => process_.once('exit', resolve)) };
}

describe('opening', () => {
  test('refuses a store in memory, and a SQLite that may corrupt files', () => {
    expect(() => openSqliteStore({ path: ':memory:', clock: systemClock, random })).toThrow(/memory store/);
    expect(() => requireSqlite('3.51.2')).toThrow(/3\.51\.3/);
    expect(() => requireSqlite('3.51.3')).not.toThrow();
    expect(() => requireSqlite('4.0.0')).not.toThrow();
  });

  test('refuses a second store on the file, naming what to do, until the first is closed', async () => {
    const first = open();
    expect(() => open()).toThrow(/in use: this very process/);
    await first.close();
    expect(await open().load([])).toEqual([]);
  });

  test.each([
    ['there is', true],
    ['is still to be created', false],
  ])('refuses a second store on a file by another name, if the file %s', async (_, exists) => {
    const file = path;
    if (exists) await open().close();
    else mkdirSync(dirname(file));
    const links = [join(folder, 'link.db'), join(folder, 'link-to-link.db')] as const;
    symlinkSync('deep/pawl.db', links[0]);
    symlinkSync(links[0], links[1]);
    path = links[1];
    const first = open();
    for (const name of [file, ...links]) {
      path = name;
      expect(() => open()).toThrow(/in use: this very process/);
    }
    expect(readdirSync(dirname(file))).toContain('pawl.db.lock');
    await first.close();
    path = file;
    await open().ping();
  });

  test('refuses links that go round', () => {
    symlinkSync('round.db', join(folder, 'round.db'));
    path = join(folder, 'round.db');
    expect(() => open()).toThrow(/too many symbolic links/);
  });

  test('refuses a file that another process has open, until that process dies', async () => {
    const holder = child("console.log('open'); setInterval(() => {}, 1000)");
    await new Promise((resolve) => holder.process.stdout.once('data', resolve));
    expect(() => open()).toThrow(new RegExp(`process ${holder.process.pid} has it open.*PostgreSQL`));
    holder.process.kill('SIGKILL');
    await holder.exited;
    await open().ping();
  });

  test('refuses a database that needs newer code, and one of another program', async () => {
    await open().close();
    raw((database) => database.exec("UPDATE meta SET value = '999' WHERE name IN ('schema', 'oldest_code')"));
    expect(() => open()).toThrow(/schema 999.*install the newer version/);
    raw((database) => database.exec("UPDATE meta SET value = '1' WHERE name = 'oldest_code'"));
    await open().ping();
    path = join(folder, 'other.db');
    raw((database) => database.exec('CREATE TABLE theirs (x)'));
    expect(() => open()).toThrow(/another program/);
  });

  test('has the schema that schema.sql shows', async () => {
    await open().close();
    const statements = raw((database) =>
      database
        .prepare(
          "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY name",
        )
        .all(),
    );
    const dump = statements.map((row) => `${row['sql']};\n`).join('\n');
    await expect(dump).toMatchFileSnapshot('./schema.sql');
  });
});

describe('commits', () => {
  test('of a unit that cannot be written harm none of the others', async () => {
    const store = open();
    const [before, after] = [creation(), creation()];
    const poison = creation();
    const broken = {
      ...poison,
      events: poison.events.map((event) => ({ ...event, head: { ...event.head, to: null } })),
    };
    const verdicts = await Promise.all([
      store.commit([before, broken as unknown as Unit, after]),
      store.commit([creation()]),
      store.commit([{ ...creation(), orderId: 'ord_nonsense' }]),
    ]);
    expect(verdicts.map((of) => of.map(({ kind }) => kind))).toEqual([
      ['committed', 'failed', 'committed'],
      ['committed'],
      ['failed'],
    ]);
    expect(await store.load([before, poison, after])).toEqual([before.order, undefined, after.order]);
    expect(await store.commit([poison])).toEqual([{ kind: 'committed' }]);
  });

  test('in flight when the store is closed are written and answered', async () => {
    const store = open();
    const units = Array.from({ length: 50 }, () => creation());
    const answers = Promise.all(units.map((unit) => store.commit([unit])));
    await store.close();
    expect((await answers).flat().every(({ kind }) => kind === 'committed')).toBe(true);
    expect(await open().load(units)).toEqual(units.map(({ order }) => order));
  });

  test('keep the log bounded, whatever the load', async () => {
    const store = open();
    await store.internActor(1, 'program', 'tester');
    let largest = 0;
    const note = 'x'.repeat(14_000);
    for (let batch = 0; batch < 100; batch++) {
      const units = Array.from({ length: 50 }, () => {
        const unit = creation();
        return { ...unit, order: { ...unit.order, metadata: { note } } };
      });
      await store.commit(units);
      largest = Math.max(largest, statSync(`${path}-wal`).size);
    }
    expect(statSync(path).size + largest).toBeGreaterThan(LOG_BYTES_MAX);
    expect(largest).toBeLessThan(LOG_BYTES_MAX * 1.1);
  });

  test('that were answered survive a killed process, and lists catch up with them', async () => {
    const writer = child(`
      await store.internActor(1, 'program', 'tester');
      for (;;) await Promise.all(Array.from({ length: 20 }, async () => {
        const unit = creation();
        await store.commit([unit]);
        const moved = step(unit.order, 'PAID');
        await store.commit([moved]);
        console.log(unit.orderId);
      }))`);
    let said = '';
    writer.process.stdout.on('data', (chunk) => {
      said += chunk;
      if (said.length > 5_000 * 31) writer.process.kill('SIGKILL');
    });
    await writer.exited;
    const answered = said.split('\n').slice(0, -1);
    expect(answered.length).toBeGreaterThan(1_000);
    const store = open();
    const orders = await store.load(answered.map((orderId) => ({ tenant: 1, orderId })));
    expect(orders.every((order) => order?.version === 2)).toBe(true);
    expect(await store.count({ tenant: 1, status: 'PAID' })).toBeGreaterThanOrEqual(answered.length);
    const open_ = await store.count({ tenant: 1, status: 'OPEN' });
    expect((await store.count({ tenant: 1, workflow: 'sample' })) - open_).toBe(
      await store.count({ tenant: 1, status: 'PAID' }),
    );
    const audit = openSqliteAudit(path);
    for await (const { problems } of audit.each()) expect(problems).toEqual([]);
    for await (const stray of audit.strays()) expect(stray).toBeUndefined();
    await audit.close();
  });
});

describe('lists by place', () => {
  test('fit every order exactly once while many move', async () => {
    const store = open();
    let orders: LiveOrder[] = Array.from({ length: 300 }, () => creation().order);
    const units = orders.map(() => creation());
    await store.commit(units);
    orders = units.map(({ order }) => order);
    let moving = true;
    const mover = (async () => {
      for (let round = 0; round < 40; round++) {
        const moved = orders.map((order) => step(order, `S${(order.version + round) % 4}`));
        await store.commit(moved);
        orders = moved.map(({ order }) => order);
      }
      moving = false;
    })();
    while (moving) {
      const page = await store.list({ ...PAGE, workflow: 'sample', limit: 1_000 });
      expect(new Set(page.map(({ id }) => id)).size).toBe(300);
      expect(page).toHaveLength(300);
      for (const order of await store.list({ ...PAGE, status: 'S1' })) expect(order.status).toBe('S1');
      expect(await store.count({ tenant: 1, workflow: 'sample' })).toBe(300);
    }
    await mover;
    for (const status of ['S0', 'S1', 'S2', 'S3']) {
      const expected = orders.filter((order) => order.status === status);
      expect(await store.count({ tenant: 1, status })).toBe(expected.length);
    }
  });
});

describe('the feed', () => {
  test('passes over more events of other tenants than one read looks at', async () => {
    const store = open();
    await store.internActor(1, 'program', 'tester');
    const [first, other, last] = [creation({ tenant: 2 }), creation(), creation({ tenant: 2 })];
    await store.commit([first, other]);
    await store.commit([step(other.order, 'PAID', 10_500)]);
    await store.commit([last]);
    const page = await store.feed({ tenant: 2, after: 1, limit: 10 });
    expect(page.events.map(({ head }) => head.orderId)).toEqual([last.orderId]);
  });
});

describe('trails', () => {
  test('too long for the calling thread are paged by the reader, in order', async () => {
    const store = open();
    await store.internActor(1, 'program', 'tester');
    const unit = creation();
    await store.commit([unit]);
    await store.commit([step(unit.order, 'PAID', 600)]);
    const query = { tenant: 1, orderId: unit.orderId, limit: 100 } as const;
    const first = await store.trail({ ...query, direction: 'asc', after: null });
    expect(first.map(({ head }) => head.version)).toEqual(
      Array.from({ length: 100 }, (_, index) => index + 1),
    );
    const last = await store.trail({ ...query, direction: 'desc', after: null });
    expect(last.map(({ head }) => head.version)).toEqual(
      Array.from({ length: 100 }, (_, index) => 601 - index),
    );
  });

  test.each([
    ['of an event', 'UPDATE events SET previous_position = 2 WHERE position = 3', [2]],
    ['of the row', 'UPDATE orders SET last_position = 2 WHERE last_position = 3', []],
  ])('end where a link %s leads into another order', async (_, sql, left) => {
    const store = open();
    await store.internActor(1, 'program', 'tester');
    const [unit, stranger] = [creation(), creation()];
    await store.commit([unit, stranger]);
    await store.commit([step(unit.order, 'PAID')]);
    raw((database) => database.exec(sql));
    const { orderId } = unit;
    const trail = await store.trail({ tenant: 1, orderId, direction: 'asc', after: null, limit: 100 });
    expect(trail.map(({ head }) => head.version)).toEqual(left);
    expect(trail.every(({ head }) => head.orderId === orderId)).toBe(true);
  });
});

describe('idempotency keys', () => {
  test('are swept in many small transactions, between which commits go on', async () => {
    const store = open();
    const unit = creation();
    const expired = Array.from({ length: 3_000 }, () => keyRecord(unit, { expiresAt: store.now() - 1 }));
    await store.commit([withKeys(unit, ...expired)]);
    const live = keyRecord(unit);
    await store.commit([keysOnly(unit.order, [live])]);
    const order: string[] = [];
    const sweep = store.expireKeys(10_000).then((count) => order.push(`swept ${count}`));
    await store.commit([creation()]).then(() => order.push('committed'));
    await sweep;
    expect(order).toEqual(['committed', 'swept 3000']);
    expect(await store.commit([keysOnly(unit.order, [], [live.hash])])).toEqual([
      { kind: 'key-taken', taken: [live] },
    ]);
  });
});

describe('threads', () => {
  test('that die reject what waits and what comes later, with the cause', async () => {
    const entry = new URL('data:text/javascript,setTimeout(() => { throw new Error("boom") }, 50)');
    const thread = new WorkerThread<WriterCalls>('writer', entry, {
      path,
      maxBytes: null,
      moves: new Int32Array(1),
    });
    const waiting = thread.ask('ping', {});
    await expect(waiting).rejects.toMatchObject({
      name: 'StoreUnavailableError',
      cause: { message: 'boom' },
    });
    await expect(thread.ask('ping', {})).rejects.toThrow(StoreUnavailableError);
    await thread.end();
  });
});
