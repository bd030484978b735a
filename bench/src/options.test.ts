import { expect, test } from 'vitest';
import type { Bench } from './bench.ts';
import { readOptions } from './options.ts';

const bench = (...stores: Bench['stores']): Bench => ({ stores, run: async () => [] });
const benches = { both: bench('sqlite', 'postgres'), shared: bench('postgres') };

test('runs every bench on every store that it knows', () => {
  expect(readOptions([], benches)).toEqual({
    runs: [
      { name: 'both', store: 'sqlite' },
      { name: 'both', store: 'postgres' },
      { name: 'shared', store: 'postgres' },
    ],
    seconds: 10,
    rounds: 3,
    orders: 1_000_000,
    chart: undefined,
  });
});

test('runs what is named, in that order, on the store that is named', () => {
  const args = ['shared', 'both', '--store', 'postgres', '--seconds', '2', '--chart', 'a.svg'];
  const { runs, seconds, chart } = readOptions(args, benches);
  expect(runs.map(({ name, store }) => `${name} ${store}`)).toEqual(['shared postgres', 'both postgres']);
  expect([seconds, chart]).toEqual([2, 'a.svg']);
});

test.each([
  [['nothing'], 'there is no bench nothing: name some of both, shared'],
  [['--store', 'memory'], '--store is one of sqlite, postgres, not memory'],
  [['shared', '--store', 'sqlite'], 'none of shared runs on sqlite'],
  [['--rounds', '0'], '--rounds is a whole number from 1 on, not 0'],
  [['--seconds', '1.5'], '--seconds is a whole number from 1 on, not 1.5'],
])('refuses %j and says why', (args, message) => {
  expect(() => readOptions(args, benches)).toThrow(message);
});
