import { expect, it } from 'vitest';
import { simulateSeeds } from './processes.ts';

/** Simulated at each test run, always the same; a campaign goes on with others. */
const SEEDS = 2_000;
/** One for each core of the smallest machine that tests run on. */
const PROCESSES = 2;

it('every promise is kept over 2,000 seeds of faults, and every order comes to rest', async () => {
  const each = SEEDS / PROCESSES;
  const found = await Promise.all(
    Array.from({ length: PROCESSES }, (_, index) => simulateSeeds(1 + index * each, each)),
  );
  for (const { failure } of found) expect(failure, failure ?? '').toBeNull();
  expect(found.reduce((sum, { seeds }) => sum + seeds, 0)).toBe(SEEDS);
  // They were no empty runs.
  expect(
    found.every(({ calls, events, effects }) => calls > 20 * each && events > 10 * each && effects > each),
  ).toBe(true);
}, 600_000);
