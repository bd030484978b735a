import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { LiveOrder } from '../../order/work.ts';
import { type Store, StoreFullError } from '../../ports/store.ts';
import { creation, step } from '../contract/samples.ts';
import { openSqliteStore } from './index.ts';

const VOLUME_BYTES = 67_108_864;
/** Enough for a few orders to move, and too little for their moves in the index of places. */
const LEFT_BYTES = 262_144;
/** So many that those which move lie on pages of their own in the index of places. */
const ORDERS = 6_144;
const PAGE = { tenant: 1, direction: 'desc', after: null, offset: 0, limit: 1_000 } as const;

/** A file system in memory; undefined where none can be mounted. */
function mountSmall(): string | undefined {
  const path = mkdtempSync(join(tmpdir(), 'pawl-small-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${VOLUME_BYTES}`, 'tmpfs', path]);
  onTestFinished(() => {
    if (status === 0) spawnSync('umount', [path]);
    rmdirSync(path);
  });
  return status === 0 ? path : undefined;
}

async function orders(store: Store): Promise<readonly LiveOrder[]> {
  await store.internTenant('default');
  await store.internActor(1, 'program', 'tester');
  const made: LiveOrder[] = [];
  while (made.length < ORDERS) {
    const units = Array.from({ length: store.capabilities.unitsPerCommitMax }, () => creation());
    await store.commit(units);
    made.push(...units.map(({ order }) => order));
  }
  return made;
}

/** Moves one order after the other until there is no room; gives those whose move was acknowledged. */
async function moveUntilFull(store: Store, all: readonly LiveOrder[]): Promise<readonly string[]> {
  const moved: string[] = [];
  for (let at = 0; ; at += 64) {
    const order = all[at] as LiveOrder;
    try {
      await store.commit([step(order, 'PAID')]);
      moved.push(order.id);
    } catch (error) {
      expect(error).toBeInstanceOf(StoreFullError);
      return moved;
    }
  }
}

it('shows and counts what is in a state while the disk is full', async ({ skip }) => {
  const folder = mountSmall();
  if (folder === undefined) return skip('only root can mount a small volume');
  const path = join(folder, 'pawl.db');
  const before = openSqliteStore({ path });
  const all = await orders(before);
  await before.close();
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(join(folder, 'of others'), Buffer.alloc(bavail * bsize - LEFT_BYTES));
  const store = openSqliteStore({ path });
  onTestFinished(() => store.close());
  const moved = await moveUntilFull(store, all);
  expect(moved.length).toBeGreaterThan(10);
  const page = await store.list({ ...PAGE, status: 'PAID' });
  expect(page.map(({ id }) => id)).toEqual(moved.toSorted().reverse());
  expect(await store.count({ tenant: 1, status: 'PAID' })).toBe(moved.length);
  expect(await store.list({ ...PAGE, workflow: 'other' })).toEqual([]);
  rmSync(join(folder, 'of others'));
  expect(await store.list({ ...PAGE, status: 'PAID' })).toEqual(page);
});
