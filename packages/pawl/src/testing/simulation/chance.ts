import { createSeededRandom } from '../seeded-random.ts';

/** Chance that falls alike for the same seed, in the forms in which plans are drawn from it. */
export interface Chance {
  /** A number in [0, 1). */
  fraction(): number;
  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number;
  /** True in that part of all cases. */
  happens(part: number): boolean;
  pick<T>(values: readonly T[]): T;
  /** Other chance, which falls alike for the same seed and name, whatever was drawn from this one before. */
  fork(name: string | number): Chance;
}

export function createChance(seed: string): Chance {
  const random = createSeededRandom(seed);
  const int = (min: number, max: number) => min + Math.floor(random.fraction() * (max - min + 1));
  return {
    fraction: random.fraction,
    int,
    happens: (part) => part > 0 && random.fraction() < part,
    pick: (values) => {
      const picked = values[int(0, values.length - 1)];
      if (picked === undefined) throw new RangeError('there is nothing to pick from');
      return picked;
    },
    fork: (name) => createChance(`${seed}/${name}`),
  };
}
