import { expect, it } from 'vitest';
import type { StateDefinition } from '../definition.ts';
import { verifyWorkflow } from '../verify.ts';

function findingsOf(A: StateDefinition, B: StateDefinition): readonly string[] {
  const states = { A, B };
  return verifyWorkflow({ name: 'x', initial: 'A', states }).map(({ code, place }) => `${code} ${place}`);
}

it('lets people look at an order in any final state', () => {
  expect(findingsOf({ on: { go: 'B' } }, { final: true, review: {} })).toEqual([]);
  expect(findingsOf({ on: { go: 'B' } }, { final: true, review: { redrive: 'A' } })).toEqual([]);
});

it('finds a review where the order has not come to its end', () => {
  const expected = ['review-not-final /states/A/review'];
  expect(findingsOf({ on: { go: 'B' }, review: {} }, { final: true })).toEqual(expected);
  expect(findingsOf({ on: { go: 'B' }, review: { redrive: 'A' } }, { final: true })).toEqual(expected);
});

it('counts a redrive as a way to a state, but not as one out of it', () => {
  const states = {
    A: { on: { go: 'B' } },
    B: { final: true, review: { redrive: 'C' } },
    C: { on: { go: 'B' } },
  };
  expect(verifyWorkflow({ name: 'x', initial: 'A', states })).toEqual([]);
  const circle = { ...states, B: { review: { redrive: 'C' } } };
  expect(verifyWorkflow({ name: 'x', initial: 'A', states: circle }).map(({ code }) => code)).toEqual([
    'dead-end',
    'review-not-final',
  ]);
});

it('takes an undo of any step for something to undo', () => {
  const undone = { final: true, compensate: true };
  const run = { task: 'notify', topic: 'a' };
  expect(findingsOf({ on: { go: { run, done: 'B' } } }, undone)).toEqual([
    'nothing-to-undo /states/B/compensate',
  ]);
  expect(
    findingsOf(
      { on: { go: { run: { ...run, undo: { task: 'http', url: 'https://mail.example/' } }, done: 'B' } } },
      undone,
    ),
  ).toEqual([]);
  expect(findingsOf({ on: { go: 'B' } }, { final: true, compensate: false })).toEqual([]);
});
