import { describe, expect, it } from 'vitest';
import { checkShape } from './shape.ts';

function findingsOf(A: object, tasks?: object): readonly string[] {
  const head = { name: 'x', initial: 'A', ...(tasks === undefined ? {} : { tasks }) };
  return checkShape({ ...head, states: { A } }).map(
    ({ code, place }) => `${code} ${place.replace('/states/A', '')}`,
  );
}

function stepWith(members: object): readonly string[] {
  return findingsOf({ run: { task: 'x', ...members }, done: 'A' });
}

/** What a JSON Schema cannot say. */
describe('limits', () => {
  it('bound the steps of a work through all its stages', () => {
    const all = Array(10).fill({ task: 'x' });
    expect(findingsOf({ run: [{ all }, { all }], done: 'A' })).toEqual([]);
    expect(findingsOf({ run: [{ all }, { all }, { task: 'x' }], done: 'A' })).toEqual(['too-many /run']);
    expect(findingsOf({ on: { go: { run: { all: [...all, ...all, ...all] }, done: 'A' } } })).toEqual([
      'too-many /on/go/run',
    ]);
    expect(findingsOf({ run: Array(21).fill({ all: [] }), done: 'A' })).toEqual(['too-many /run']);
  });

  it.each([
    ['365d', true],
    ['366d', false],
    ['8760h', true],
    ['8761h', false],
    ['31536000s', true],
    ['31536001s', false],
    ['999999999ms', true],
    ['999999999d', false],
  ])('bound lengths of time: %s', (text, fits) => {
    const found = (place: string) => (fits ? [] : [`duration-invalid ${place}`]);
    expect(findingsOf({ after: { [text]: 'A' } })).toEqual(found(`/after/${text}`));
    expect(stepWith({ timeout: { total: text } })).toEqual(found('/run/timeout/total'));
    expect(stepWith({ retry: { cap: text } })).toEqual(found('/run/retry/cap'));
  });

  it('bound what a task is given, in bytes and in levels', () => {
    expect(stepWith({ with: { a: 'é'.repeat(2_044) } })).toEqual([]);
    expect(stepWith({ with: { a: 'é'.repeat(2_045) } })).toEqual(['with-too-large /run/with']);
    expect(stepWith({ with: nested(8) })).toEqual([]);
    expect(stepWith({ with: nested(9) })).toEqual(['with-too-large /run/with']);
    expect(stepWith({ with: nested(100_000) })).toEqual(['with-too-large /run/with']);
  });

  it('bound the different things that tasks hold', () => {
    const tasks = (size: number) =>
      Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`t${i}`, { holds: `h${i % size}` }]));
    expect(findingsOf({}, tasks(10))).toEqual([]);
    expect(findingsOf({}, tasks(11))).toEqual(['too-many /tasks']);
  });
});

it.each([
  [new Map()],
  [[1]],
  [{ a: undefined }],
  [{ a: 1n }],
  [{ a: new Date(0) }],
  [{ a: () => 1 }],
  [{ a: Number.NaN }],
  [{ a: '\ud800' }],
])('takes nothing but JSON for what a task is given: %s', (given) => {
  expect(stepWith({ with: given })).toEqual(['wrong-type /run/with']);
});

it.each([
  ['https://mail.example', true],
  ['http://127.0.0.1:8080/a/b?c=d@e&f', true],
  ['https://[::1]/', true],
  ['https://müller.example/', true],
  ['mail.example', false],
  ['//mail.example/', false],
  ['ftp://mail.example/', false],
  ['javascript:alert(1)', false],
  ['https://', false],
  ['https:///path', false],
  ['https://anna@mail.example/', false],
  ['https://anna:secret@mail.example/', false],
  ['https://mail.example\\@evil.example/', false],
  ['https://mail.example/#part', false],
  ['https://mail.example/a b', false],
  ['https://mail.example:99999/', false],
  ['https://[mail]/', false],
  ['https://mail.example/\n', false],
])('takes %s for an address: %s', (url, fits) => {
  expect(stepWith({ url })).toEqual(fits ? [] : ['url-invalid /run/url']);
});

it('demands the state after work, and work before such a state', () => {
  const run = { task: 'x' };
  expect(findingsOf({ run })).toEqual(['missing-member ']);
  expect(findingsOf({ final: false, run })).toEqual(['missing-member ']);
  expect(findingsOf({ final: true, run })).toEqual([]);
  expect(findingsOf({ done: 'A', failed: 'A' })).toEqual([
    'next-without-run /done',
    'next-without-run /failed',
  ]);
  expect(findingsOf({ on: { go: { run } } })).toEqual(['missing-member /on/go']);
  expect(findingsOf({ on: { go: { to: 'A', accepted: 'x', done: 'A' } } })).toEqual([
    'next-without-run /on/go/accepted',
    'next-without-run /on/go/done',
  ]);
  expect(findingsOf({ on: { go: { to: 'A', run, done: 'A' } } })).toEqual(['to-and-run /on/go/run']);
  expect(findingsOf({ on: { go: {} } })).toEqual(['missing-member /on/go']);
});

function nested(levels: number): object {
  let value = {};
  for (let level = 1; level < levels; level++) value = { a: value };
  return value;
}
