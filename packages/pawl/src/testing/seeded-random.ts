import type { Random } from '../ports/random.ts';
import { systemDigest } from '../ports/system.ts';

/** Hexadecimal characters of a number in [0, 1): 52 bits, all of which a double keeps. */
const FRACTION_CHARACTERS = 13;

/** Chance that falls alike for the same seed. */
export function createSeededRandom(seed: string | number): Random {
  let blocks = 0;
  let pool = '';
  const draw = (characters: number): string => {
    while (pool.length < characters) pool += systemDigest(`${seed} ${blocks++}`);
    const drawn = pool.slice(0, characters);
    pool = pool.slice(characters);
    return drawn;
  };
  return {
    hex: (size) => draw(size * 2),
    fraction: () => Number.parseInt(draw(FRACTION_CHARACTERS), 16) / 16 ** FRACTION_CHARACTERS,
  };
}
