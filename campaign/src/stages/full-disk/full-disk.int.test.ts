import { expect, it } from 'vitest';
import { postgres } from '../../subjects/postgres.ts';
import { canMountVolumes } from '../../subjects/small-volume.ts';
import { tryStage } from '../trial.ts';
import { fullDisk } from './full-disk.ts';

it('a database that cannot grow says so, loses nothing, and goes on with more room', async () => {
  const { counts, findings } = await tryStage(fullDisk({ rounds: 1, fullMs: 1_000 }));
  expect(findings).toEqual([]);
  expect(counts['times full']).toBe(1);
  expect(counts['orders']).toBeGreaterThan(20);
}, 150_000);

// A file system that is small can only be made by root, where the system allows it.
it.skipIf(!canMountVolumes())(
  'nor does PostgreSQL on a file system that is full',
  async () => {
    const { counts, findings } = await tryStage(fullDisk({ rounds: 1, fullMs: 1_000 }), postgres());
    expect(findings).toEqual([]);
    expect(counts['times full']).toBe(1);
    expect(counts['orders']).toBeGreaterThan(20);
  },
  150_000,
);
