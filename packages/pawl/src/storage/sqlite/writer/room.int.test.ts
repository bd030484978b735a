import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LiveOrder } from '../../../order/work.ts';
import { type Store, StoreFullError } from '../../../ports/store.ts';
import { creation, step } from '../../contract/samples.ts';
import { openSqliteAudit, openSqliteStore } from '../index.ts';

const MAX_BYTES = 1_048_576;
/** What an index may add that catches up with commits which were made. */
const INDEX_BYTES = 131_072;
const PAGE = { tenant: 1, direction: 'asc', after: null, offset: 0, limit: 1_000_000 } as const;

let folder: string;
let path: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pawl-room-'));
  path = join(folder, 'pawl.db');
  store = openSqliteStore({ path, maxBytes: MAX_BYTES });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** Writes orders until there is no room for another; gives those that were. */
async function fill(): Promise<LiveOrder[]> {
  const written: LiveOrder[] = [];
  for (;;) {
    const units = Array.from({ length: 16 }, () => creation());
    const error = await store.commit(units).catch((thrown: unknown) => thrown);
    if (error instanceof StoreFullError) return written;
    written.push(...units.map(({ order }) => order));
  }
}

it('a database at its bound refuses what is written, and nothing else', async () => {
  const [order] = await fill();
  if (order === undefined) throw new Error('nothing fitted in');
  await expect(store.commit([creation()])).rejects.toThrow(
    /the bound that it was given; free space, or raise/,
  );
  expect(await store.load([{ tenant: 1, orderId: order.id }])).toMatchObject([{ version: 1 }]);
  expect(statSync(path).size).toBeLessThanOrEqual(MAX_BYTES);
});

it('says that it is full until there is room, and not only until something small was written', async () => {
  await store.ping();
  const [order] = await fill();
  await expect(store.ping()).rejects.toThrow(StoreFullError);
  // One step may still fit in where sixteen orders did not.
  await store.commit([step(order as LiveOrder, 'PAID')]).catch(() => undefined);
  await expect(store.ping()).rejects.toThrow(StoreFullError);
  await store.close();
  store = openSqliteStore({ path, maxBytes: 2 * MAX_BYTES });
  await store.ping();
  await store.commit(Array.from({ length: 64 }, () => creation()));
  await store.ping();
});

it('lists by state what was committed before it was full, although their index has yet to grow', async () => {
  const written = await fill();
  const listed = await store.list({ ...PAGE, status: 'OPEN' });
  expect(listed).toHaveLength(written.length);
  expect(statSync(path).size).toBeLessThanOrEqual(MAX_BYTES + INDEX_BYTES);
});

it('is opened again while it is full, whole and with all that was written', async () => {
  const written = await fill();
  await store.close();
  store = openSqliteStore({ path, maxBytes: MAX_BYTES });
  expect(await store.list({ ...PAGE, status: 'OPEN' })).toHaveLength(written.length);
  await expect(store.commit([creation()])).rejects.toThrow(StoreFullError);
  const audit = openSqliteAudit(path);
  let orders = 0;
  for await (const { problems } of audit.each()) {
    expect(problems).toEqual([]);
    orders++;
  }
  await audit.close();
  expect(orders).toBe(written.length);
});
