import { expect, it } from 'vitest';
import { postgres } from '../subjects/postgres.ts';
import { kills } from './kills.ts';
import { tryStage } from './trial.ts';

it('SIGKILL of a server under load, and of the outside service, breaks no promise (R3.03)', async () => {
  const { counts, findings } = await tryStage(kills(3));
  expect(findings).toEqual([]);
  const { calls, orders, effects } = counts as Record<string, number>;
  expect(counts['kills at work']).toBeGreaterThan(0);
  expect([calls, orders, effects].map((count = 0) => count > 10)).toEqual([true, true, true]);
}, 120_000);

it('SIGKILL of one of two nodes on PostgreSQL, while the other goes on, breaks no promise (R3.03)', async () => {
  const { counts, findings } = await tryStage(kills(2), postgres());
  expect(findings).toEqual([]);
  expect(counts['kills at work']).toBeGreaterThan(0);
  expect(counts['orders']).toBeGreaterThan(10);
}, 120_000);
