import { describe, expect, test } from 'vitest';
import { ProblemError } from '../refusal/problem-error.ts';
import { parseBody } from './body.ts';

const parse = (text: string) => parseBody(Buffer.from(text));

function errorsOf(text: string) {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof ProblemError) return error.details;
    throw error;
  }
  throw new Error('was not refused');
}

describe('a body', () => {
  test('that is empty equals {}', () => {
    expect(parse('')).toEqual({});
  });

  test('keeps characters beyond the basic plane, escaped or not', () => {
    expect(parse('{"a":"😀","b":"\\ud83d\\ude00"}')).toEqual({ a: '😀', b: '😀' });
  });

  test('that is not UTF-8 is refused', () => {
    expect(() => parseBody(Buffer.from([0x22, 0xc3, 0x28, 0x22]))).toThrow(ProblemError);
    expect(() => parseBody(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))).toThrow(ProblemError);
  });

  test.each(['{', 'x', '{"a":1,}', '\ufeff{}', 'NaN', '{} {}', "{'a':1}"])(
    'that is %j is refused',
    (text) => {
      expect(errorsOf(text).code).toBe('malformed-request');
    },
  );

  test.each([
    ['{"a":["x\\u0000"]}', '#/a/0'],
    ['{"a":"\\ud800"}', '#/a'],
    ['{"a":{"\\udc00/~":1}}', '#/a/\ufffd~1~0'],
    ['{"a":1e400}', '#/a'],
    [`{"a":${'9'.repeat(400)}}`, '#/a'],
    ['{"a":{"__proto__":{}}}', '#/a/__proto__'],
    ['{"a":{"\\u005f_proto__":1}}', '#/a/__proto__'],
    ['{"constructor":{"prototype":{}}}', '#/constructor'],
  ])('%s is refused, naming the place', (text, pointer) => {
    const { code, errors } = errorsOf(text);
    expect(code).toBe('validation-failed');
    expect(errors?.map((error) => error.pointer)).toEqual([pointer]);
  });

  test('may have a member called constructor', () => {
    expect(parse('{"constructor":"ACME","prototype":1}')).toEqual({ constructor: 'ACME', prototype: 1 });
  });

  test('nested a million levels deep neither crashes nor passes', () => {
    expect(errorsOf(`${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`).code).toBe('malformed-request');
    expect(errorsOf(`${'{"a":'.repeat(65)}1${'}'.repeat(65)}`).code).toBe('malformed-request');
    expect(errorsOf(`${'{"a":'.repeat(1_000_000)}`).code).toBe('malformed-request');
  });

  test('may have any number of brackets side by side, or in texts', () => {
    expect(parse(`[${'[],'.repeat(1_000)}{}]`)).toHaveLength(1_001);
    expect(parse(`{"a\\"${'['.repeat(100)}":"${'{'.repeat(100)}\\"${'['.repeat(100)}"}`)).toBeTypeOf(
      'object',
    );
  });
});
