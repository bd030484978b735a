import { expect, it } from 'vitest';
import { postgres } from '../subjects/postgres.ts';
import { terminated } from './terminated.ts';
import { tryStage } from './trial.ts';

it('sessions that the database ends under load lose nothing and double nothing', async () => {
  const { counts, findings } = await tryStage(terminated(3), postgres());
  expect(findings).toEqual([]);
  expect(counts['sessions met']).toBeGreaterThan(10);
  expect(counts['orders']).toBeGreaterThan(0);
}, 120_000);
