import fc from 'fast-check';
import { expect, it } from 'vitest';
import { positionsIn } from './source.ts';

it('counts lines and columns from 1', () => {
  const position = positionsIn('a\n\nbc\n');
  expect([0, 1, 2, 3, 4, 5, 6].map((offset) => Object.values(position(offset)))).toEqual([
    [1, 1],
    [1, 2],
    [2, 1],
    [3, 1],
    [3, 2],
    [3, 3],
    [4, 1],
  ]);
});

it('agrees with counting the line breaks before an offset', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '\n') }), fc.nat(30), (text, at) => {
      const before = text.slice(0, at);
      const line = before.split('\n').length;
      expect(positionsIn(text)(before.length)).toEqual({
        line,
        column: before.length - before.lastIndexOf('\n'),
      });
    }),
  );
});
