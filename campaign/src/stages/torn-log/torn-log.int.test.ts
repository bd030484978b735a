import { expect, it } from 'vitest';
import { tryStage } from '../trial.ts';
import { tornLog } from './torn-log.ts';

it('a copy of a running database is a beginning of it, wherever its log is torn', async () => {
  const tears = ['as it was', 'cut off, and garbage behind it'] as const;
  const { counts, findings } = await tryStage(tornLog({ moments: 1, tears }));
  expect(findings).toEqual([]);
  expect(counts['copies']).toBe(2);
  expect(counts['keys asked again']).toBeGreaterThan(0);
}, 150_000);
