import { expect, it } from 'vitest';
import { systemClock } from '../../../ports/system.ts';
import { usePostgres } from '../test/postgres.ts';
import { Column, columnOf, type Element, type ElementType } from './columns.ts';
import { Pool } from './pool.ts';

const postgres = usePostgres({ fsync: 'off' });

const LONG = 'x'.repeat(5_000);
const VALUES: readonly (readonly [ElementType, string, readonly Element[]])[] = [
  ['int4', 'integer[]', [0, 1, -1, 2_147_483_647, -2_147_483_648, null]],
  [
    'int8',
    'bigint[]',
    [0, -1, 1, 2 ** 32, -(2 ** 32) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, null],
  ],
  ['bool', 'boolean[]', [true, false, null]],
  ['text', 'text[]', ['', 'a', 'naïve ☕ “𝒳”', '{"a": "\\"}', LONG, null, 'null']],
  ['uuid', 'uuid[]', ['00112233445566778899aabbccddeeff', null, 'f'.repeat(32)]],
  ['bytea', 'bytea[]', ['', '00ff', 'ab'.repeat(3_000), null]],
];

it.each(VALUES)('a column of %s arrives as it was sent', async (type, sqlType, values) => {
  const pool = new Pool({
    url: postgres.url,
    schema: postgres.schema,
    size: 1,
    name: 'test',
    clock: systemClock,
  });
  const cast = type === 'bytea' ? `encode(v, 'hex')` : type === 'uuid' ? `replace(v::text, '-', '')` : 'v';
  const statement = {
    name: `echo-${type}`,
    text: `SELECT ${cast} AS v FROM unnest($1::${sqlType}) WITH ORDINALITY AS t (v, n) ORDER BY n`,
  };
  for (const some of [
    values,
    [],
    values.filter((value) => value !== null),
    [null, null],
    Array.from({ length: 1_000 }, (_, n) => values[n % values.length] as Element),
  ]) {
    const rows = await pool.query<{ v: Element }>(statement, [columnOf(type, some)]);
    expect(rows.map(({ v }) => v)).toEqual(some);
  }
  await pool.close();
});

it('that is cleared holds nothing of what was in it before', () => {
  const column = new Column('text');
  for (const values of [['a', null, LONG], ['b'], [], [LONG.repeat(20)], ['c', 'd']]) {
    for (const value of values) column.push(value);
    expect(column.finish()).toEqual(columnOf('text', values));
    column.clear();
    expect(column.length).toBe(0);
  }
});

it('refuses what is no hexadecimal text', () => {
  expect(() => columnOf('uuid', ['zz'.repeat(16)])).toThrow(/hexadecimal/);
});
