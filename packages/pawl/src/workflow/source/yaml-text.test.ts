import { describe, expect, it } from 'vitest';
import { readYaml } from './yaml-text.ts';

const BOMB = [
  'a: &a [x, x]',
  ...Array.from({ length: 20 }, (_, i) => `b${i}: &b${i} [*${i ? `b${i - 1}` : 'a'}, *a]`),
];

describe('readYaml', () => {
  it('reads plain data of YAML 1.2, where `on` and `no` are text', () => {
    const text = 'on: no\nnumber: 422\nflag: true\nnothing:\nlist: [a, "b"]\nlong: |\n  one\n  two\n';
    expect(readYaml(text)).toMatchObject({
      ok: true,
      value: { on: 'no', number: 422, flag: true, nothing: null, list: ['a', 'b'], long: 'one\ntwo\n' },
    });
  });

  it.each(['{ a }', '? a', 'a:'])('takes a member without a value for null: %s', (text) => {
    const reading = readYaml(text);
    expect(reading).toMatchObject({ ok: true, value: { a: null } });
    expect(reading.ok && reading.offsets.get('/a')).toBe(text.indexOf('a'));
  });

  it('knows where everything stands', () => {
    const reading = readYaml('a:\n  b: [x, y]\n');
    expect(reading.ok && Object.fromEntries(reading.offsets)).toEqual({
      '': 0,
      '/a': 0,
      '/a/b': 5,
      '/a/b/0': 9,
      '/a/b/1': 12,
    });
  });

  it.each([
    ['an alias', 'a: &x 1\nb: *x\n', 'yaml-feature-refused'],
    ['aliases that multiply', BOMB.join('\n'), 'yaml-feature-refused'],
    ['a merge', 'a: &x { b: 1 }\nc: { <<: *x }\n', 'yaml-feature-refused'],
    ['a tag of its own', 'a: !date 2020-01-01\n', 'yaml-feature-refused'],
    ['a standard tag', 'a: !!str 1\n', 'yaml-feature-refused'],
    ['a tagged list', 'a: !!set { x, y }\n', 'yaml-feature-refused'],
    ['a tagged key', '!!str a: 1\n', 'yaml-feature-refused'],
    ['several documents', 'a: 1\n---\nb: 2\n', 'yaml-feature-refused'],
    ['a number as a key', '1: a\n', 'yaml-feature-refused'],
    ['an empty key', ': a\n', 'yaml-feature-refused'],
    ['a list as a key', '? [a, b]\n: c\n', 'yaml-feature-refused'],
    ['a key that stands twice', 'a: 1\na: 2\n', 'duplicate-key'],
    ['a tab as indentation', 'a:\n\tb: 1\n', 'syntax-invalid'],
    ['an open bracket', 'a: [1, 2\n', 'syntax-invalid'],
    ['nothing', '', 'syntax-invalid'],
    ['a comment alone', '# nothing\n', 'syntax-invalid'],
    ['a deep nesting', '['.repeat(100_000), 'syntax-invalid'],
    [
      'a deep nesting in blocks',
      Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      'syntax-invalid',
    ],
    ['a deep nesting on one line', '- '.repeat(60_000), 'syntax-invalid'],
    ['deep keys on one line', `${'? '.repeat(60_000)}a`, 'syntax-invalid'],
  ])('refuses %s', (_what, text, code) => {
    expect(readYaml(text)).toMatchObject({
      ok: false,
      problems: expect.arrayContaining([expect.objectContaining({ code })]),
    });
  });

  it('takes prototype names as data', () => {
    const reading = readYaml('__proto__: { a: 1 }\n');
    expect(reading.ok && Object.keys(reading.value as object)).toEqual(['__proto__']);
  });
});
