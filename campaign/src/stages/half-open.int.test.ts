import { expect, it } from 'vitest';
import { postgres } from '../subjects/postgres.ts';
import { halfOpen } from './half-open.ts';
import { tryStage } from './trial.ts';

it('a way to the database that holds, loses, breaks or overtakes what is sent breaks no promise', async () => {
  const { counts, findings } = await tryStage(
    halfOpen({ faults: ['overtaken', 'reset'], badMs: 3_000 }),
    postgres(),
  );
  expect(findings).toEqual([]);
  expect(counts['overtaken']).toBeGreaterThan(0);
  expect(counts['orders']).toBeGreaterThan(0);
}, 150_000);
