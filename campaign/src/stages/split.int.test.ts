import { expect, it } from 'vitest';
import { postgres } from '../subjects/postgres.ts';
import { split } from './split.ts';
import { tryStage } from './trial.ts';

it('a node that is cut off says so, and the other goes on', async () => {
  const { counts, findings } = await tryStage(split({ cuts: 1, ways: ['held'] }), postgres());
  expect(findings).toEqual([]);
  expect(counts['cuts']).toBeGreaterThan(0);
  expect(counts['orders']).toBeGreaterThan(0);
}, 150_000);
