import { expect, it } from 'vitest';
import { gateway } from './gateway.ts';
import { tryStage } from './trial.ts';

it('however an outside service fails, all orders come to rest and money balances', async () => {
  const { counts, findings } = await tryStage(gateway({ faultMs: 200, mixedMs: 2_000 }));
  expect(findings).toEqual([]);
  expect(counts['ways to fail']).toBe(22);
  expect(counts['charges taken back']).toBeGreaterThan(0);
}, 150_000);
