import type { Clock } from 'pawl';
import { describe, expect, it } from 'vitest';
import { expireKeys } from './expire-keys.ts';

/** A clock whose sleeps end at once and are recorded. */
function quickClock(sleeps: number[]): Clock {
  return {
    now: () => 0,
    monotonic: () => 0,
    sleep: async (ms) => void sleeps.push(ms),
  };
}

const random = { hex: () => '', fraction: () => 0.25 };

describe('upkeep (R2.12)', () => {
  it('deletes expired keys in batches with pauses, waits with jitter, survives a failure and ends by its signal', async () => {
    const ending = new AbortController();
    const answers: (number | Error)[] = [500, 500, 3, new Error('disk full'), 500, 0];
    const limits: number[] = [];
    const faults: unknown[] = [];
    const sleeps: number[] = [];
    const pawl = {
      expireKeys: async (limit: number) => {
        limits.push(limit);
        const answer = answers.shift() ?? 0;
        if (answers.length === 0) ending.abort();
        if (answer instanceof Error) throw answer;
        return answer;
      },
    };
    const log = { fault: (_message: string, cause: unknown) => void faults.push(cause) };
    await expireKeys({ pawl, clock: quickClock(sleeps), random, log }, ending.signal);
    expect(limits).toEqual([500, 500, 500, 500, 500, 500]);
    expect(sleeps).toEqual([45_000, 50, 50, 45_000, 45_000, 50, 45_000]);
    expect(faults).toHaveLength(1);
  });

  it('stops between two batches', async () => {
    const ending = new AbortController();
    let calls = 0;
    const pawl = {
      expireKeys: async () => {
        calls++;
        ending.abort();
        return 500;
      },
    };
    await expireKeys({ pawl, clock: quickClock([]), random, log: { fault: () => undefined } }, ending.signal);
    expect(calls).toBe(1);
  });
});
