import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Schedule } from './schedule.ts';

describe('a schedule', () => {
  it('has everything happen at its time, and what was planned first first', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 20 })), async (delays) => {
        const schedule = new Schedule();
        const happened: (readonly [at: number, index: number])[] = [];
        for (const [index, ms] of delays.entries())
          schedule.in(ms, () => happened.push([schedule.now, index]));
        await schedule.run(100);
        const expected = delays
          .map((ms, index) => [ms, index] as const)
          .sort(([a, i], [b, j]) => a - b || i - j);
        expect(happened).toEqual(expected);
        expect([schedule.now, schedule.planned]).toEqual([100, 0]);
      }),
    );
  });

  it('comes to rest before the next thing happens', async () => {
    const schedule = new Schedule();
    const told: string[] = [];
    const chain = async (name: string): Promise<void> => {
      for (let step = 0; step < 3; step++) {
        await Promise.resolve();
        told.push(`${name}${step}`);
      }
    };
    schedule.in(1, () => void chain('a'));
    schedule.in(1, () => void chain('b'));
    await schedule.run(1);
    expect(told).toEqual(['a0', 'a1', 'a2', 'b0', 'b1', 'b2']);
  });

  it('lets nothing happen that was called off, also when it is called off twice', async () => {
    const schedule = new Schedule();
    const callOff = schedule.in(5, () => expect.unreachable());
    schedule.in(7, () => undefined);
    callOff();
    callOff();
    expect(schedule.planned).toBe(1);
    await schedule.run(10);
    callOff();
    expect(schedule.planned).toBe(0);
  });

  it('stops where it is told that it is enough, and leaves the rest for later', async () => {
    const schedule = new Schedule();
    const happened: number[] = [];
    for (const ms of [1, 2, 3]) schedule.in(ms, () => happened.push(ms));
    await schedule.run(10, () => happened.length === 2);
    expect([happened, schedule.now, schedule.planned]).toEqual([[1, 2], 2, 1]);
  });

  it('has what was planned for a time that is skipped happen at its end', async () => {
    const schedule = new Schedule();
    const happened: number[] = [];
    schedule.in(5, () => happened.push(schedule.now));
    schedule.skip(60_000);
    await schedule.run(schedule.now);
    expect(happened).toEqual([60_000]);
  });
});
