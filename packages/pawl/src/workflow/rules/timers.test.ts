import { describe, expect, it } from 'vitest';
import type { StateDefinition } from '../definition.ts';
import { verifyWorkflow } from '../verify.ts';

const NOTIFY = { task: 'notify', topic: 'people' };
const WHEN = 'has(order.metadata.urgent)';

function findingsOf(A: StateDefinition, B: StateDefinition = {}): readonly string[] {
  const states = {
    A: { ...A, on: { a: 'B', ...A.on } },
    B: { ...B, on: { b: 'C', ...B.on } },
    C: { final: true },
  };
  return verifyWorkflow({ name: 'x', initial: 'A', states }).map(({ code, place }) => `${code} ${place}`);
}

describe('a loop', () => {
  it.each<[string, StateDefinition, StateDefinition]>([
    ['two timers', { after: { '1h': 'B' } }, { after: { '1h': 'A' } }],
    ['a guarded timer', { after: { '1h': 'B' } }, { after: { '1h': { to: 'A', when: WHEN } } }],
    ['work', { run: NOTIFY, done: 'B' }, { run: NOTIFY, done: 'A' }],
    ['failed work and a timer', { run: NOTIFY, done: 'C', failed: 'B' }, { after: { '1h': 'A' } }],
  ])('of %s is found once', (_what, A, B) => {
    expect(findingsOf(A, B)).toEqual(['unattended-loop /states/A']);
  });

  it.each<[string, StateDefinition]>([
    ['a timer', { after: { '1h': 'A' } }],
    ['work', { run: NOTIFY, done: 'A' }],
    ['failed work', { run: NOTIFY, done: 'B', failed: 'A' }],
  ])('of one state and %s is found', (_what, A) => {
    expect(findingsOf(A)).toEqual(['unattended-loop /states/A']);
  });

  it.each<[string, StateDefinition, StateDefinition]>([
    ['an event', { after: { '1h': 'B' } }, { on: { back: 'A' } }],
    ['work on an event', { after: { '1h': 'B' } }, { on: { back: { run: NOTIFY, done: 'A' } } }],
    ['failed work on an event', {}, { on: { back: { run: NOTIFY, done: 'B', failed: 'A' } } }],
    ['a timer that never holds', { after: { '1h': 'B' } }, { after: { '1h': { to: 'A', when: '1 > 2' } } }],
  ])('is none if %s stands in it', (_what, A, B) => {
    expect(findingsOf(A, B).filter((one) => one.startsWith('unattended'))).toEqual([]);
  });

  it('is none if a redrive closes it', () => {
    const states = {
      A: { run: NOTIFY, done: 'B', failed: 'B' },
      B: { final: true, review: { redrive: 'A' } },
    };
    expect(verifyWorkflow({ name: 'x', initial: 'A', states })).toEqual([]);
  });

  it('names its states', () => {
    const states = {
      A: { after: { '1h': 'B' } },
      B: { after: { '1h': 'A' }, on: { b: 'C' } },
      C: { final: true },
    };
    expect(verifyWorkflow({ name: 'x', initial: 'A', states })[0]?.detail).toMatch(/: A, B\.$/);
  });
});

describe('a timer', () => {
  it.each<[string, NonNullable<StateDefinition['after']>, readonly string[]]>([
    ['after one with a guard', { '1h': { to: 'C', when: WHEN }, '2h': 'B' }, []],
    ['before all others', { '2h': { to: 'B', when: WHEN }, '1h': { to: 'C', when: WHEN } }, []],
    ['after one without a guard', { '90m': 'C', '1h': 'B' }, ['timer-never-due /states/A/after/90m']],
    [
      'after one whose guard always holds',
      { '1h': { to: 'B', when: 'true' }, '2h': 'C' },
      ['timer-never-due /states/A/after/2h', 'guard-constant /states/A/after/1h/when'],
    ],
    [
      'of the same time',
      { '60m': { to: 'B', when: WHEN }, '1h': { to: 'C', when: WHEN } },
      ['timers-at-once /states/A/after/1h'],
    ],
  ])('%s', (_what, after, expected) => {
    expect(findingsOf({ after })).toEqual(expected);
  });
});
