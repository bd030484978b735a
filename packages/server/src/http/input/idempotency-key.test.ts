import { describe, expect, test } from 'vitest';
import { ProblemError } from '../refusal/problem-error.ts';
import { parseIdempotencyKey } from './idempotency-key.ts';

describe('Idempotency-Key (R2.03)', () => {
  test.each([
    ['k', 'k'],
    ['"k"', 'k'],
    [' "8e03978e-40d5" ', '8e03978e-40d5'],
    ['"a\\"b\\\\c"', 'a"b\\c'],
    ['a,b', 'a,b'],
    ['x'.repeat(255), 'x'.repeat(255)],
  ])('reads %s', (header, key) => {
    expect(parseIdempotencyKey(header)).toBe(key);
  });

  test.each(['', '""', '"k', '"k"x', '"a", "b"', 'a b', '"a b"', 'ü', 'a\tb', 'x'.repeat(256), '"a\\b"'])(
    'refuses %j',
    (header) => {
      expect(() => parseIdempotencyKey(header)).toThrow(ProblemError);
    },
  );

  test('is nothing if there is none', () => {
    expect(parseIdempotencyKey(undefined)).toBeUndefined();
  });
});
