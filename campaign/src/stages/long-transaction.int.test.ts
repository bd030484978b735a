import { expect, it } from 'vitest';
import { postgres } from '../subjects/postgres.ts';
import { longTransaction } from './long-transaction.ts';
import { tryStage } from './trial.ts';

it('nothing waits for a transaction that somebody has left open, and a node starts beside it', async () => {
  const { counts, findings } = await tryStage(longTransaction({ beforeMs: 500, withMs: 2_000 }), postgres());
  expect(findings).toEqual([]);
  expect(counts['claims beside it']).toBeGreaterThan(0);
  expect(counts['orders']).toBeGreaterThan(0);
}, 120_000);
