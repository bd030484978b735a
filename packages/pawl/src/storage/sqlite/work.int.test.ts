import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NO_WORK } from '../../order/work.ts';
import { type Store, StoreUnavailableError } from '../../ports/store.ts';
import { creation, keyRecord, step, withKeys } from '../contract/samples.ts';
import { taskOf, withTasks } from '../contract/work/samples.ts';
import { openSqliteAudit, openSqliteStore } from './index.ts';

/** What the second migration did, taken back. */
const UNDO_002 = `
  DROP INDEX orders_for_operators; ALTER TABLE orders DROP COLUMN work;
  DROP TABLE tasks; DROP TABLE timers; DROP TABLE stock; DROP TABLE stock_movements;
  ALTER TABLE idempotency_keys RENAME COLUMN answer TO refusal;
  UPDATE meta SET value = '1' WHERE name IN ('schema', 'oldest_code')`;
let folder: string;
let path: string;
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pawl-'));
  path = join(folder, 'pawl.db');
  store = openSqliteStore({ path });
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

function raw(sql: string): readonly unknown[] {
  const database = new DatabaseSync(path);
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

test('a database from before there was work is brought up to date, and old programs are kept from it', async () => {
  const unit = creation();
  const key = keyRecord(unit, { answer: '{"code":"x"}' });
  await store.commit([withKeys(unit, key)]);
  await store.close();
  for (const sql of UNDO_002.split(';')) raw(sql);
  expect(() => openSqliteAudit(path)).toThrow(/schema 1 .* reads schema 3/);
  store = openSqliteStore({ path });
  expect(await store.load([unit])).toEqual([{ ...unit.order, work: NO_WORK }]);
  expect(await store.commit([withKeys(step(unit.order, 'PAID'), key)])).toEqual([
    { kind: 'key-taken', taken: [key] },
  ]);
  const order = withTasks(step(unit.order, 'PAID'), taskOf(unit.order));
  expect(await store.commit([order])).toEqual([{ kind: 'committed' }]);
  expect(raw("SELECT value FROM meta WHERE name = 'oldest_code'")).toEqual([{ value: '2' }]);
});

test('a list passes over more tasks than one read looks at', async () => {
  const unit = creation();
  const many = Array.from({ length: 4_500 }, (_, position) => taskOf(unit.order, { position, name: 'many' }));
  const rare = [0, 4_499].map((position) => taskOf(unit.order, { position, version: 2, name: 'rare' }));
  await store.commit([withTasks(unit, ...many, ...rare)]);
  const query = { tenant: 1, after: null, limit: 10 };
  const found = await store.listTasks({ ...query, name: 'rare' });
  expect(found.map(({ id }) => id)).toEqual(rare.map(({ id }) => id));
  expect(await store.listTasks({ ...query, name: 'none' })).toEqual([]);
  expect(await store.listTasks({ ...query, limit: 10_000 })).toHaveLength(4_502);
});

test('a task whose row cannot be read makes the load fail, and says so', async () => {
  const unit = creation();
  await store.commit([withTasks(unit, taskOf(unit.order))]);
  raw("UPDATE tasks SET place = '{'");
  await expect(store.load([unit])).rejects.toThrow(StoreUnavailableError);
});

test('a task under an id that is none fails its unit alone', async () => {
  const [bad, good] = [creation(), creation()];
  const task = { ...taskOf(bad.order), id: `${bad.orderId}:nonsense` };
  const verdicts = await store.commit([withTasks(bad, task), good]);
  expect(verdicts.map(({ kind }) => kind)).toEqual(['failed', 'committed']);
  expect(await store.load([bad])).toEqual([undefined]);
});

test('a claim takes the oldest of all names, however many of one are waiting', async () => {
  const unit = creation();
  const tasks = Array.from({ length: 60 }, (_, position) =>
    taskOf(unit.order, {
      position,
      name: position % 3 === 0 ? 'a' : 'b',
      dueAt: 1_700_000_000_000 + position,
    }),
  );
  await store.commit([withTasks(unit, ...[...tasks].reverse())]);
  const query = { tenant: null, leaseMs: 60_000, claimedBy: 'w', key: null, limit: 10 };
  const claim = await store.claim({ ...query, names: ['b', 'a', 'b'] });
  expect(claim.kind === 'claimed' && claim.tasks.map(({ place }) => place.position)).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
  ]);
});

test('commits, claims, updates and stock share a transaction, and each is answered for itself', async () => {
  const [unit, other] = [creation(), creation()];
  await store.commit([withTasks(unit, taskOf(unit.order))]);
  const set = { tenant: 1, sku: 'A-1', kind: 'set', value: 5, reason: null, actor: 0, key: null } as const;
  await store.changeStock({ ...set, commandId: 'once' });
  const claimed = {
    tenant: null,
    names: ['label.print'],
    limit: 5,
    leaseMs: 60_000,
    claimedBy: 'w',
    key: null,
  };
  const { id } = taskOf(unit.order);
  const extended = { tenant: 1, orderId: unit.orderId, id, token: 1, kind: 'extend', leaseUntil: 7 } as const;
  const answers = await Promise.allSettled([
    store.commit([other]),
    store.claim(claimed),
    store.changeStock({ ...set, value: 6, commandId: 'once' }),
    store.updateTasks([extended, { ...extended, token: 2 }]),
    store.changeStock({ ...set, value: 7, commandId: 'twice' }),
  ]);
  expect(answers).toMatchObject([
    { value: [{ kind: 'committed' }] },
    { value: { kind: 'claimed', tasks: [{ id, token: 1 }] } },
    { status: 'rejected', reason: { name: 'StoreUnavailableError' } },
    { value: [true, false] },
    { value: { kind: 'changed', balance: { onHand: 7, version: 2 } } },
  ]);
  expect(await store.loadStock([set])).toMatchObject([{ onHand: 7, version: 2 }]);
  expect((await store.movements({ ...set, before: null, limit: 9 })).map(({ onHand }) => onHand)).toEqual([
    2, 5,
  ]);
});
