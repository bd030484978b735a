import { describe, expect, it } from 'vitest';
import type { StateDefinition, WorkflowDefinition } from '../definition.ts';
import { verifyWorkflow } from '../verify.ts';

type States = Readonly<Record<string, StateDefinition>>;

const END: StateDefinition = { final: true };
const RESERVE = { task: 'stock.reserve', undo: 'stock.release' };
const NOTIFY = { task: 'notify', topic: 'people' };

/** What is said of the place, or of the first place that the code is found at. */
function textOf(states: States, code: string, place?: string, tasks?: WorkflowDefinition['tasks']): string {
  const initial = Object.keys(states)[0] ?? '';
  const definition = { name: 'x', initial, ...(tasks === undefined ? {} : { tasks }), states };
  const found = verifyWorkflow(definition).find(
    (one) => one.code === code && (place === undefined || one.place === place),
  );
  return `${found?.detail} ${found?.advice}`;
}

/** One wording of each finding is in `broken/`; these are the others. */
describe('a finding says', () => {
  it('which exits a final state has', () => {
    const states = {
      A: { on: { go: 'B' } },
      B: { final: true, on: { back: 'A' }, run: NOTIFY, done: 'A', failed: 'A', after: { '1h': 'A' } },
    } as const;
    const said = (member: string) => textOf(states, 'final-with-exits', `/states/B/${member}`);
    expect(said('on')).toBe('B is final, but has events that leave it. Remove `final: true`, or `on`.');
    expect(said('done')).toBe(
      'B is final, but names a state after its work. Remove `final: true`, or `done`.',
    );
    expect(said('failed')).toBe(
      'B is final, but names a state after its work has failed. Remove `final: true`, or `failed`.',
    );
    expect(said('after')).toBe('B is final, but has timers that leave it. Remove `final: true`, or `after`.');
  });

  it('which states there are where none is like the one that was named', () => {
    const states = { AAAA: { on: { go: 'ZZZZ_ZZZZ' } }, BBBB: END };
    expect(textOf(states, 'unknown-target')).toBe('There is no state ZZZZ_ZZZZ. Known states: AAAA, BBBB.');
    const many = Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`AAAA${n + 10}`, END]));
    expect(textOf({ A: { on: { go: 'ZZZZ_ZZZZ' } }, ...many }, 'unknown-target')).toMatch(
      /Known states: A, AAAA10, (AAAA\d\d, ){17}AAAA28\.$/,
    );
  });

  it('that there are no states at all', () => {
    const [found] = verifyWorkflow({ name: 'x', initial: 'A', states: {} });
    expect(found).toMatchObject({ detail: 'There is no state A.', advice: 'Add states.' });
  });

  it.each<[StateDefinition, string]>([
    [{ on: { go: { to: 'B', when: '1 < 2' } } }, 'In A the guard always holds. Remove the guard.'],
    [{ on: { go: { to: 'B', when: '1 > 2' } } }, 'In A the guard never holds. Remove the transition.'],
    [{ after: { '1h': { to: 'B', when: '1 > 2' } } }, 'In A the guard never holds. Remove the timer.'],
    [
      { run: { task: 'order.check', rules: [{ cel: '1 < 2', message: '' }] }, done: 'B' },
      'In A the rule always holds. Remove the rule.',
    ],
    [
      { run: { task: 'order.check', rules: [{ cel: '1 > 2', message: '' }] }, done: 'B' },
      'In A the rule never holds. Correct the rule.',
    ],
    [
      {
        run: {
          ...NOTIFY,
          undo: { task: 'order.check', rules: [{ cel: '1 > 2', message: '' }] },
        },
        done: 'B',
      },
      'In every state the rule never holds. Correct the rule.',
    ],
  ])('where an expression depends on nothing, and what to do: %j', (A, said) => {
    expect(textOf({ A: { ...A, on: { go: 'B', ...A.on } }, B: END }, 'guard-constant')).toBe(said);
  });

  it('which alternative comes before', () => {
    const alternatives = (...go: NonNullable<WorkflowDefinition['states'][string]['on']>[string][]) =>
      ({ A: { on: { go: go as [] } }, B: END }) as States;
    const run = { run: NOTIFY, done: 'B' };
    expect(textOf(alternatives(run, { to: 'B' }), 'alternative-unreachable')).toBe(
      'The alternative that starts work before it always applies. Move it to the front, or guard the earlier one.',
    );
    const when = 'data.x == 1';
    expect(textOf(alternatives({ to: 'A', when }, { to: 'B', when }), 'alternative-repeats-guard')).toBe(
      'The alternative to A before it has the same guard. Change one of the guards.',
    );
  });

  it('whether one state or several lie in a circle', () => {
    const advice = 'Let an event stand in the circle; to try work again, give its step a `retry`.';
    const one = { A: { run: NOTIFY, done: 'A', on: { go: 'B' } }, B: END };
    expect(textOf(one, 'unattended-loop')).toBe(
      `Work or a timer leads from A back to A, so that it starts again without end. ${advice}`,
    );
    const two = { A: { run: NOTIFY, done: 'C' }, C: { after: { '1h': 'A' }, on: { go: 'B' } }, B: END };
    expect(textOf(two, 'unattended-loop')).toBe(
      `Work and timers lead in a circle, without anybody who sends an event: A, C. ${advice}`,
    );
  });

  it.each<[string, StateDefinition]>([
    ['a failure', { run: NOTIFY, done: 'SHIPPED', failed: 'LOST' }],
    ['a timer', { on: { ship: 'SHIPPED' }, after: { '1h': 'LOST' } }],
  ])('that %s has led to where something stays held', (cause, B) => {
    const states = { A: { run: RESERVE, done: 'B' }, B, SHIPPED: END, LOST: END };
    expect(textOf(states, 'hold-not-released')).toBe(
      `Orders that ${cause} takes out of B end in LOST with stock still held. Mark the state \`compensate: true\`, or lead there through a step that gives it back.`,
    );
  });

  it('that an event has led to where a failure leads, and something stays held', () => {
    const states = {
      A: { run: RESERVE, done: 'B', failed: 'LOST' },
      B: { on: { ship: 'SHIPPED', drop: 'LOST' } },
      SHIPPED: END,
      LOST: END,
    };
    expect(textOf(states, 'hold-not-released')).toBe(
      'Orders that an event takes out of B end in LOST with stock still held. Mark the state `compensate: true`, or lead there through a step that gives it back.',
    );
  });

  it('from where a new run starts while something is held', () => {
    const states = {
      A: { run: RESERVE, done: 'B', failed: 'C' },
      B: { final: true, review: { redrive: 'A' } },
      C: { final: true, compensate: true },
    };
    expect(textOf(states, 'hold-not-released')).toBe(
      'A redrive from B starts a new run while stock of the last one is still held. Mark B `compensate: true`.',
    );
  });

  it('what a task that nobody knows could be', () => {
    const states = { A: { run: { task: 'mial' }, done: 'B' }, B: END };
    expect(textOf(states, 'unknown-task', undefined, { mail: {} })).toBe(
      'There is no task mial. Did you mean mail?',
    );
  });
});
