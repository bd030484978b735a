import { expect, it } from 'vitest';
import { postgres } from '../subjects/postgres.ts';
import { databaseStops } from './database-stops.ts';
import { tryStage } from './trial.ts';

it('a database that is stopped at once, or killed, comes back with all that was acknowledged', async () => {
  const { counts, findings } = await tryStage(databaseStops(2), postgres());
  expect(findings).toEqual([]);
  expect(counts['immediate stops']).toBeGreaterThan(0);
  expect(counts['orders']).toBeGreaterThan(0);
}, 120_000);
