import { expect, it } from 'vitest';
import { postgres } from '../subjects/postgres.ts';
import { paused } from './paused.ts';
import { tryStage } from './trial.ts';

it('a node that stands still for longer than its leases, and goes on, changes nothing that is not its own any more', async () => {
  const { counts, findings } = await tryStage(
    paused({ pauses: 1, pauseMs: { min: 3_000, max: 3_000 } }),
    postgres(),
  );
  expect(findings).toEqual([]);
  expect(counts['pauses']).toBeGreaterThan(0);
  expect(counts['orders']).toBeGreaterThan(0);
}, 120_000);
