import { expect, it } from 'vitest';
import { fullDisk } from './full-disk.ts';
import { tryStage } from './trial.ts';

it('a database that cannot grow says so, loses nothing, and goes on with more room', async () => {
  const { counts, findings } = await tryStage(fullDisk({ rounds: 1, fullMs: 1_000 }));
  expect(findings).toEqual([]);
  expect(counts['times full']).toBe(1);
  expect(counts['orders']).toBeGreaterThan(20);
}, 150_000);
