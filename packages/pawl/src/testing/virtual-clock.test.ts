import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { createSeededRandom } from './seeded-random.ts';
import { msOf, VirtualClock } from './virtual-clock.ts';

const START = 1_000_000;

/** A clock, and what has woken when. */
function watched() {
  const clock = new VirtualClock(START);
  const woken: string[] = [];
  const sleeper = async (name: string, ms: number, signal?: AbortSignal) => {
    await clock.sleep(ms, signal);
    woken.push(`${name} ${clock.monotonic()}`);
  };
  return { clock, woken, sleeper };
}

describe('a virtual clock', () => {
  it('stands still while the test does something else', async () => {
    const { clock, woken, sleeper } = watched();
    void sleeper('a', 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect([clock.now(), clock.monotonic(), woken]).toEqual([START, 0, []]);
  });

  it('ends sleeps when they are due and in the order in which they are due', async () => {
    const { clock, woken, sleeper } = watched();
    for (const [name, ms] of [
      ['c', 30] as const,
      ['a', 10] as const,
      ['b', 20] as const,
      ['late', 41] as const,
    ])
      void sleeper(name, ms);
    await clock.advance(40);
    expect(woken).toEqual(['a 10', 'b 20', 'c 30']);
    expect([clock.now(), clock.monotonic()]).toEqual([START + 40, 40]);
  });

  it('ends sleeps of one moment in the order in which they began', async () => {
    const { clock, woken, sleeper } = watched();
    for (const name of ['a', 'b', 'c']) void sleeper(name, 10);
    await clock.advance(10);
    expect(woken).toEqual(['a 10', 'b 10', 'c 10']);
  });

  it('lets what follows from a sleep happen before the next one ends, over several turns of the loop', async () => {
    const clock = new VirtualClock(START);
    const seen: string[] = [];
    const first = async () => {
      await clock.sleep(10);
      for (let step = 0; step < 3; step++) {
        await turn();
        clock.stir();
      }
      seen.push('all of the first');
      await clock.sleep(5);
      seen.push(`what it did then, at ${clock.monotonic()}`);
    };
    const second = async () => {
      await clock.sleep(20);
      seen.push('the second');
    };
    void Promise.all([first(), second()]);
    await clock.advance(20);
    expect(seen).toEqual(['all of the first', 'what it did then, at 15', 'the second']);
  });

  it('wakes at once who sleeps on a signal that aborts, and not again later', async () => {
    const { clock, woken, sleeper } = watched();
    const cut = new AbortController();
    void sleeper('cut', 50, cut.signal);
    void sleeper('not at all', 50, AbortSignal.abort());
    await clock.advance(10);
    cut.abort();
    await clock.settle();
    expect([woken, clock.sleeping]).toEqual([['not at all 0', 'cut 10'], 0]);
    await clock.advance(100);
    expect(woken).toHaveLength(2);
  });

  it.each([0, -5, 0.2, Number.NaN])('makes a sleep of %d ms last one', async (ms) => {
    const { clock, woken, sleeper } = watched();
    void sleeper('a', ms);
    await clock.settle();
    expect(woken).toEqual([]);
    await clock.advance(1);
    expect(woken).toEqual(['a 1']);
  });

  it('never ends a sleep early', async () => {
    const { clock, woken, sleeper } = watched();
    void sleeper('a', 10.1);
    await clock.advance(10);
    expect(woken).toEqual([]);
    await clock.advance(1);
    expect(woken).toEqual(['a 11']);
  });

  it('jumps both ways without time passing', async () => {
    const { clock, woken, sleeper } = watched();
    void sleeper('a', 10);
    clock.jump('1h');
    await clock.settle();
    expect([clock.now(), clock.monotonic(), woken]).toEqual([START + 3_600_000, 0, []]);
    clock.jump(-7_200_000);
    await clock.advance(10);
    expect([clock.now(), clock.monotonic(), woken]).toEqual([START - 3_600_000 + 10, 10, ['a 10']]);
  });

  it('ends with the next step what was due while time was skipped', async () => {
    const { clock, woken, sleeper } = watched();
    void sleeper('a', 10);
    clock.skip(1_000);
    await clock.settle();
    expect(woken).toEqual([]);
    await clock.advance(0);
    expect(woken).toEqual(['a 1000']);
  });

  it('says so when what it drives never comes to rest', async () => {
    const clock = new VirtualClock(START);
    let isOver = false;
    const spin = async () => {
      while (!isOver) {
        await turn();
        clock.stir();
      }
    };
    void spin();
    await expect(clock.settle()).rejects.toThrow(/does not come to rest/);
    isOver = true;
  });

  it('goes on where the host’s timers are out of action', async () => {
    vi.useFakeTimers();
    const { clock, woken, sleeper } = watched();
    void sleeper('a', 10);
    await clock.advance(10);
    vi.useRealTimers();
    expect(woken).toEqual(['a 10']);
  });

  it('lets hours of many short sleeps pass in a moment', async () => {
    const clock = new VirtualClock(START);
    let times = 0;
    const tick = async () => {
      for (; ; times++) await clock.sleep(500);
    };
    void tick();
    const began = performance.now();
    await clock.advance('2h');
    expect(times).toBe(2 * 7_200);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('a length of time', () => {
  it.each([
    ['250ms', 250],
    ['30m', 1_800_000],
    ['14d', 1_209_600_000],
    [0, 0],
    [7, 7],
  ] as const)('%s is %d ms', (time, ms) => expect(msOf(time)).toBe(ms));

  it.each(['', '1h30m', '5', '-1s', -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('is not %j', (time) => {
    expect(() => msOf(time)).toThrow(RangeError);
  });
});

describe('seeded chance', () => {
  const draws = (seed: string | number) => {
    const random = createSeededRandom(seed);
    return [random.hex(16), random.hex(100), random.fraction(), random.hex(1), random.fraction()];
  };

  it('falls alike for one seed and differently for another', () => {
    expect(draws('a')).toEqual(draws('a'));
    expect(draws('a')).not.toEqual(draws('b'));
    expect(draws(1)).not.toEqual(draws(2));
  });

  it('gives as many bytes as asked for, and fractions from all of [0, 1)', () => {
    const random = createSeededRandom(1);
    expect([random.hex(0), random.hex(5).length, random.hex(100).length]).toEqual(['', 10, 200]);
    const fractions = Array.from({ length: 1_000 }, () => random.fraction());
    expect(Math.min(...fractions)).toBeGreaterThanOrEqual(0);
    expect(Math.min(...fractions)).toBeLessThan(0.01);
    expect(Math.max(...fractions)).toBeGreaterThan(0.99);
    expect(Math.max(...fractions)).toBeLessThan(1);
  });
});
