import { expect, test } from 'vitest';
import { type Figure, figure } from '../bench.ts';
import { chartOf } from './chart.ts';
import { rowsOf } from './rows.ts';
import { tableRow } from './table.ts';

const of = { bench: 'steps', store: 'postgres' } as const;

function round(ceiling: number, rate: number, note: string): Figure[] {
  return [
    figure('ceiling', ceiling, '/s', '', 'ceiling'),
    figure('steps <b> & c', rate, '/s', note),
    figure('p99', rate / 100, 'ms'),
  ];
}

const rounds = [round(1_000, 500, 'first'), round(2_000, 600, 'second'), round(4_000, 400, 'third')];
const rows = rowsOf(of, rounds, [1_000, 2_000, 4_000]);

test('a rate is compared with the ceiling of its own round', () => {
  // 0.5, 0.3 and 0.1: the median of the shares is not the share of the medians, 0.25.
  expect(rows.map(({ ofCeiling }) => ofCeiling)).toEqual([null, 0.3, null]);
  expect(rows.map(({ median }) => median)).toEqual([2_000, 500, 5]);
});

test('a line of the table has the median, all rounds from the least on, and the last note', () => {
  expect(tableRow(rows[1] as (typeof rows)[0])).toBe(
    '| steps | postgres | steps <b> & c | 500 /s | 0.300 | 400, 500, 600 | third |',
  );
  expect(tableRow(rows[2] as (typeof rows)[0])).toContain('| 5 ms |  | 4, 5, 6 |');
});

test('without a ceiling nothing is compared', () => {
  expect(rowsOf(of, rounds, []).map(({ ofCeiling }) => ofCeiling)).toEqual([null, null, null]);
});

test('the chart has a bar for each rate, the longest of a group at full width, and no others', () => {
  const chart = chartOf(rows, '2 × processor\nSQLite');
  const widths = [...chart.matchAll(/<rect [^>]*width="(\d+)"/g)].map(([, width]) => Number(width));
  expect(widths).toHaveLength(2);
  expect((widths[1] as number) / (widths[0] as number)).toBeCloseTo(500 / 2_000);
  expect(chart).toContain('steps &lt;b&gt; &amp; c');
  expect(chart).not.toContain('p99');
});

test('the chart shows no ceiling that has nothing beside it, and breaks lines that are too long', () => {
  const onlyCeiling = rows.filter(({ figure }) => figure.name !== 'steps <b> & c');
  const chart = chartOf(onlyCeiling, `${'setting = 1, '.repeat(12)}end`);
  expect(chart).not.toContain('<rect');
  const notes = [...chart.matchAll(/class="note">([^<]*)</g)].map(([, text = '']) => text);
  expect(notes.map(({ length }) => length <= 125)).toEqual([true, true]);
  expect(notes.join(' ')).toBe(`${'setting = 1, '.repeat(12)}end`);
});
