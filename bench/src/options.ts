import { parseArgs } from 'node:util';
import type { Bench } from './bench.ts';
import { STORE_NAMES, type StoreName } from './stores/database.ts';

/** Seconds of each measured load, rounds of each bench, and orders in the large database, unless told otherwise. */
const SECONDS = 10;
const ROUNDS = 3;
const ORDERS = 1_000_000;

export interface Options {
  /** In the order in which they run. */
  readonly runs: readonly { readonly name: string; readonly store: StoreName }[];
  readonly seconds: number;
  readonly rounds: number;
  readonly orders: number;
  /** Where the chart is written, if it is. */
  readonly chart: string | undefined;
}

/**
 * Reads `[name …] [--store sqlite|postgres] [--seconds 10] [--rounds 3] [--orders 1000000] [--chart <file>]`.
 * @throws {Error} that says what is wrong.
 */
export function readOptions(args: readonly string[], benches: Readonly<Record<string, Bench>>): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      store: { type: 'string' },
      seconds: { type: 'string' },
      rounds: { type: 'string' },
      orders: { type: 'string' },
      chart: { type: 'string' },
    },
  });
  const stores = storesOf(values.store);
  const names = positionals.length === 0 ? Object.keys(benches) : positionals;
  const runs = names.flatMap((name) => runsOf(name, benches, stores));
  if (runs.length === 0) throw new Error(`none of ${names.join(', ')} runs on ${stores.join(', ')}`);
  return {
    runs,
    seconds: wholeNumber('seconds', values.seconds, SECONDS),
    rounds: wholeNumber('rounds', values.rounds, ROUNDS),
    orders: wholeNumber('orders', values.orders, ORDERS),
    chart: values.chart,
  };
}

function storesOf(text: string | undefined): readonly StoreName[] {
  if (text === undefined) return STORE_NAMES;
  const store = STORE_NAMES.find((name) => name === text);
  if (store === undefined) throw new Error(`--store is one of ${STORE_NAMES.join(', ')}, not ${text}`);
  return [store];
}

function runsOf(name: string, benches: Readonly<Record<string, Bench>>, stores: readonly StoreName[]) {
  const bench = benches[name];
  if (bench === undefined)
    throw new Error(`there is no bench ${name}: name some of ${Object.keys(benches).join(', ')}`);
  return stores.filter((store) => bench.stores.includes(store)).map((store) => ({ name, store }));
}

function wholeNumber(name: string, text: string | undefined, byDefault: number): number {
  if (text === undefined) return byDefault;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${name} is a whole number from 1 on, not ${text}`);
  return Number(text);
}
