import { expect, it } from 'vitest';
import { postgres } from '../subjects/postgres.ts';
import { queryPlans } from './query-plans.ts';
import { tryStage } from './trial.ts';

it('looks at the plans of a larger database, and tells of each call', async () => {
  const stage = queryPlans({ orders: 12_000, neededMs: 0 });
  const { counts, findings } = await tryStage(stage, postgres());
  expect(findings).toEqual([]);
  expect(counts['calls by indexes alone']).toBeGreaterThan(30);
}, 120_000);

it('tells where the database could not be filled', async () => {
  const { counts, findings } = await tryStage(queryPlans({ orders: Number.NaN, neededMs: 0 }), postgres());
  expect(counts['calls by indexes alone']).toBe(0);
  expect(findings.map(({ what }) => what)).toEqual(['stage-failed']);
}, 120_000);

it('is left out where there is too little time', async () => {
  const { counts } = await tryStage(queryPlans({ neededMs: Number.POSITIVE_INFINITY }), postgres());
  expect(counts).toEqual({ 'left out for want of time': 1 });
});
