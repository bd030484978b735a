import { parseArgs } from 'node:util';
import { STAGE_NAMES, type StageName } from './stages/stage-names.ts';

/** Kinds of databases that a campaign attacks. */
export const STORES = ['sqlite', 'postgres'] as const;

export interface Options {
  readonly minutes: number;
  readonly seed: number;
  readonly stores: readonly (typeof STORES)[number][];
  readonly only: readonly StageName[];
  /** Where the report goes besides standard output. */
  readonly report: string | null;
}

/** The longest campaign, minutes: a week. */
const MINUTES_MAX = 10_080;
/** Seeds of which each has its own range of simulated seeds, which stay exact numbers. */
export const SEED_MAX = 1_000_000;

export const USAGE = `npm run campaign -- [--minutes 10] [--seed N] [--store ${STORES.join('|')}|both] [--only ${STAGE_NAMES.slice(0, 2).join(',')}] [--report <file>]
Stages: ${STAGE_NAMES.join(', ')}. Without a seed one is drawn, and told.
`;

/** Reads a command line. `drawSeed` makes a seed where none is given. @throws {Error} that says what is wrong. */
export function parseOptions(args: readonly string[], drawSeed: () => number): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string' },
      store: { type: 'string', default: 'both' },
      only: { type: 'string' },
      report: { type: 'string' },
    },
  });
  const { minutes, seed, store, only, report = null } = values;
  return {
    minutes: numberIn('minutes', minutes, 0.1, MINUTES_MAX),
    seed: seed === undefined ? drawSeed() : Math.trunc(numberIn('seed', seed, 0, SEED_MAX)),
    stores: storesNamed(store),
    only: only === undefined ? STAGE_NAMES : only.split(',').map(stageNamed),
    report,
  };
}

function numberIn(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= min && value <= max))
    throw new Error(`--${name} ${text}: give a number from ${min} to ${max}`);
  return value;
}

function storesNamed(text: string): Options['stores'] {
  const named = STORES.filter((one) => text === 'both' || text === one);
  if (named.length === 0)
    throw new Error(`--store ${text}: there is no such store, there are ${STORES.join(', ')}, and both`);
  return named;
}

function stageNamed(text: string): StageName {
  const name = STAGE_NAMES.find((one) => one === text.trim());
  if (name === undefined)
    throw new Error(`--only ${text}: there is no such stage, there are ${STAGE_NAMES.join(', ')}`);
  return name;
}
