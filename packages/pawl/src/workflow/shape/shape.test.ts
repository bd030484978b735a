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

/** What is said of the state A. */
function textsOf(A: unknown): readonly string[] {
  return checkShape({ name: 'x', initial: 'A', states: { A } }).map(
    ({ place, detail, advice }) => `${place.replace('/states/A', '')} ${detail} ${advice}`,
  );
}

describe('another kind of value than is wanted', () => {
  it.each<[unknown, string]>([
    [7, ' Found 7. Write an object.'],
    [[], ' Found a list. Write an object.'],
    [null, ' Found null. Write an object.'],
    [{ final: 'yes' }, '/final Found "yes". Write true or false.'],
    [{ on: [] }, '/on Found a list. Write an object.'],
    [{ on: { go: true } }, '/on/go Found true. Write a state, a transition or a list of transitions.'],
    [{ on: { go: ['B'] } }, '/on/go/0 Found "B". Write an object.'],
    [{ on: { go: { to: 5 } } }, '/on/go/to Found 5. Write the name of a state.'],
    [{ on: { go: { to: 'B', when: [] } } }, '/on/go/when Found a list. Write an object.'],
    [{ on: { go: { to: 'B', when: { cel: 1 } } } }, '/on/go/when/cel Found 1. Write text.'],
    [{ on: { go: { to: 'B', roles: 'boss' } } }, '/on/go/roles Found "boss". Write a list.'],
    [{ on: { go: { to: 'B', roles: [{}] } } }, '/on/go/roles/0 Found an object. Write the name of a role.'],
    [{ after: { '1h': 3 } }, '/after/1h Found 3. Write an object.'],
    [{ run: 'pack', done: 'B' }, '/run Found "pack". Write an object.'],
    [{ run: { task: 1 }, done: 'B' }, '/run/task Found 1. Write the name of a task.'],
    [{ run: { all: {} }, done: 'B' }, '/run/all Found an object. Write a list.'],
    [{ run: { task: 'x', undo: 1 }, done: 'B' }, '/run/undo Found 1. Write an object.'],
    [{ run: { task: 'x', with: [] }, done: 'B' }, '/run/with Found a list. Write an object.'],
    [{ run: { task: 'x', url: 1 }, done: 'B' }, '/run/url Found 1. Write text.'],
    [{ run: { task: 'x', timeout: 5 }, done: 'B' }, '/run/timeout Found 5. Write an object.'],
    [
      { run: { task: 'x', timeout: { total: 5 } }, done: 'B' },
      '/run/timeout/total Found 5. Write a length of time.',
    ],
    [
      { run: { task: 'x', retry: { attempts: 1.5 } }, done: 'B' },
      '/run/retry/attempts Found 1.5. Write a whole number.',
    ],
    [
      { run: { task: 'x', retry: { attempts: '3' } }, done: 'B' },
      '/run/retry/attempts Found "3". Write a whole number.',
    ],
    [
      { run: { task: 'x', retry: { factor: '2' } }, done: 'B' },
      '/run/retry/factor Found "2". Write a number.',
    ],
  ])('is named with its place, and what to write: %j', (A, text) => {
    expect(textsOf(A)).toEqual([text]);
  });

  it('is shortened where it would flood what shows it', () => {
    const long = 'x'.repeat(81);
    expect(textsOf({ final: long })).toEqual([`/final Found "${'x'.repeat(80)}…". Write true or false.`]);
    expect(textsOf({ final: long.slice(1) })[0]).toContain(`Found "${'x'.repeat(80)}".`);
  });

  it.each([7, [], null, { mail: 7 }])('is found in declared tasks, too: %j', (tasks) => {
    const [found] = checkShape({ name: 'x', initial: 'A', states: { A: {} }, tasks });
    expect(found).toMatchObject({ code: 'wrong-type', advice: 'Write an object.' });
  });
});

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
