import { describe, expect, test } from 'vitest';
import { ProblemError } from '../refusal/problem-error.ts';
import { isKnown, parseIfMatch } from './conditional.ts';

const tags = (...values: string[]) => ({ kind: 'entity-tags', tags: values, any: false });

describe('If-Match (R2.04)', () => {
  test.each([
    ['3', { kind: 'version', version: 3 }],
    [' 0 ', { kind: 'version', version: 0 }],
    ['"3"', tags('3')],
    ['"3", "4"', tags('3', '4')],
    ['"3" ,, "4",', tags('3', '4')],
    ['*', { kind: 'entity-tags', tags: [], any: true }],
    ['""', tags('')],
  ])('reads %s', (header, precondition) => {
    expect(parseIfMatch(header)).toEqual(precondition);
  });

  test('never lets a weak tag match, because the comparison is strong', () => {
    expect(parseIfMatch('W/"3"')).toEqual(tags());
    expect(parseIfMatch('W/"3", "4"')).toEqual(tags('4'));
  });

  test.each(['', 'abc', '-1', '+3', '03', '3.0', '3, 4', '"3" "4"', '"3', '*, "3"', 'w/"3"', '"a b"', '1e3'])(
    'refuses %j',
    (header) => {
      expect(() => parseIfMatch(header)).toThrow(ProblemError);
    },
  );

  test('refuses more tags than anybody has', () => {
    expect(() => parseIfMatch(Array.from({ length: 65 }, (_, n) => `"${n}"`).join(','))).toThrow(
      ProblemError,
    );
  });

  test('is nothing if there is none', () => {
    expect(parseIfMatch(undefined)).toBeUndefined();
  });
});

describe('If-None-Match', () => {
  test.each(['"3"', 'W/"3"', '"1", "3"', '*'])('knows version 3 by %s', (header) => {
    expect(isKnown(header, 3)).toBe(true);
  });

  test.each([undefined, '"4"', 'abc', '3', ''])('does not know version 3 by %s', (header) => {
    expect(isKnown(header, 3)).toBe(false);
  });
});
