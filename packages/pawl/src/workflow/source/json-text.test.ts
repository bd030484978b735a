import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { readJson } from './json-text.ts';

describe('readJson', () => {
  it('reads what the built-in parser reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.nat(2), (text, indent) => {
        const value: unknown = JSON.parse(text);
        expect(readJson(JSON.stringify(value, null, indent))).toMatchObject({ ok: true, value });
      }),
    );
  });

  it('refuses what the built-in parser refuses', () => {
    const broken = fc
      .tuple(
        fc.json({ maxDepth: 3 }),
        fc.nat(),
        fc.constantFrom('', ',', '"', '\\', '}', ']', ':', '0', '\n', "'", 'e'),
      )
      .map(
        ([text, at, character]) =>
          text.slice(0, at % (text.length + 1)) + character + text.slice((at % (text.length + 1)) + 1),
      );
    fc.assert(
      fc.property(broken, (text) => {
        const reading = readJson(text);
        if (!reading.ok && reading.problems[0]?.code === 'duplicate-key') return;
        expect(reading.ok).toBe(accepts(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads each kind of value, and knows where everything stands', () => {
    const text = '{ "a": [1, -2.5e3, [], {}], "b": "x\\n", "c": true, "d": false, "e": null }';
    const value = { a: [1, -2500, [], {}], b: 'x\n', c: true, d: false, e: null };
    const reading = readJson(text);
    expect(reading).toMatchObject({ ok: true, value });
    expect(reading.ok && Object.fromEntries(reading.offsets)).toEqual({
      '': 0,
      '/a': 2,
      '/a/0': 8,
      '/a/1': 11,
      '/a/2': 19,
      '/a/3': 23,
      '/b': 28,
      '/c': 40,
      '/d': 51,
      '/e': 63,
    });
  });

  it.each([
    ['', 0],
    ['{a: 1}', 1],
    ["{'a': 1}", 1],
    ['{"a": 1,}', 8],
    ['[1, 2', 5],
    ['[1 2]', 3],
    ['{"a" 1}', 5],
    ['{"a": 01}', 7],
    ['{"a": .5}', 6],
    ['{"a": NaN}', 6],
    ['"a\nb"', 0],
    ['"\\x"', 0],
    ['// c\n1', 0],
    ['1 2', 2],
    ['\ufeff{}', 0],
  ])('refuses %j at offset %d', (text, offset) => {
    expect(readJson(text)).toMatchObject({ ok: false, problems: [{ code: 'syntax-invalid', offset }] });
  });

  it('refuses a member that stands twice, also if written differently', () => {
    expect(readJson('{"a": 1, "\\u0061": 2}')).toMatchObject({
      ok: false,
      problems: [{ code: 'duplicate-key', offset: 9, place: '/a' }],
    });
  });

  it('throws its own faults: they are no findings about the text', () => {
    const parse = vi.spyOn(JSON, 'parse').mockImplementation(() => {
      throw new RangeError('out of memory');
    });
    try {
      expect(() => readJson('{"a": 1}')).toThrow(new RangeError('out of memory'));
    } finally {
      parse.mockRestore();
    }
  });

  it('bounds the nesting', () => {
    expect(readJson('['.repeat(200_000))).toMatchObject({
      ok: false,
      problems: [{ code: 'syntax-invalid' }],
    });
  });
});

function accepts(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
