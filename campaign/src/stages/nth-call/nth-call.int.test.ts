import { expect, it } from 'vitest';
import { postgres } from '../../subjects/postgres.ts';
import { tryStage } from '../trial.ts';
import { nthCall } from './nth-call.ts';

/** Enough for one pass of every kind: a campaign leaves none out. */
const STRIDE = 23;

it('a call of the store that fails, with or without effect, or at which the process dies, breaks no promise', async () => {
  const { counts, findings } = await tryStage(nthCall({ stride: STRIDE, sliceMs: 100_000 }));
  expect(findings).toEqual([]);
  expect(counts['whole passes']).toBe(1);
  expect(counts['calls gone wrong']).toBeGreaterThan(40);
}, 150_000);

it('nor does one of the store on PostgreSQL', async () => {
  const { counts, findings } = await tryStage(nthCall({ stride: 61, sliceMs: 100_000 }), postgres());
  expect(findings).toEqual([]);
  expect(counts['whole passes']).toBe(1);
  expect(counts['calls gone wrong']).toBeGreaterThan(15);
}, 150_000);
