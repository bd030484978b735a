import { expect, it } from 'vitest';
import { MUTANTS } from './mutants.ts';
import { simulateMutant } from './processes.ts';

/** Processes at once: one for each core of the smallest machine that tests run on. */
const AT_ONCE = 2;

it('simulations find every fault that is put into the code on purpose', async () => {
  const missed: string[] = [];
  let next = 0;
  const search = async (): Promise<void> => {
    for (let index = next++; index < MUTANTS.length; index = next++) {
      const { name = '', seeds = 0 } = MUTANTS[index] ?? {};
      const { failure } = await simulateMutant(index, seeds);
      if (failure === null) missed.push(`${name}: not within ${seeds} seeds`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, search));
  expect(missed).toEqual([]);
}, 900_000);
