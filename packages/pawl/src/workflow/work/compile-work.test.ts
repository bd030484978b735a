import { describe, expect, it } from 'vitest';
import { compileWorkflow } from '../compile.ts';
import type { GuardFacts } from '../compiled.ts';
import type { StateDefinition, WorkflowDefinition } from '../definition.ts';

const FACTS: GuardFacts = {
  order: {
    id: 'ord_1',
    external_id: null,
    customer_id: null,
    status: 'A',
    version: 1,
    currency: 'EUR',
    amount_total: '5.00',
    items: [],
    metadata: {},
    created_at: 0,
    updated_at: 0,
  },
  data: {},
  now: 0,
  actor: { id: '', kind: '', roles: [] },
};

/** The state A, compiled in a definition that knows B. */
function compiled(A: StateDefinition, tasks: WorkflowDefinition['tasks'] = {}) {
  const workflow = compileWorkflow({
    name: 'x',
    initial: 'A',
    tasks,
    states: { A, B: { final: true } },
  });
  const state = workflow.states.get('A');
  if (state === undefined) throw new Error('A is there');
  return { ...state, workflow };
}

describe('work', () => {
  it('counts positions through all stages', () => {
    const { run } = compiled({
      run: [
        { task: 'stock.check' },
        { all: [{ task: 'notify', topic: 'a' }, { task: 'payment.charge' }] },
        { task: 'stock.ship' },
      ],
      done: 'B',
    });
    expect(run?.stages.map((stage) => stage.map(({ task }) => task))).toEqual([
      ['stock.check'],
      ['notify', 'payment.charge'],
      ['stock.ship'],
    ]);
    expect(run?.steps.map(({ position, stage }) => [position, stage])).toEqual([
      [0, 0],
      [1, 1],
      [2, 1],
      [3, 2],
    ]);
    expect(run?.steps).toEqual(run?.stages.flat());
    expect(run).toMatchObject({ local: false, done: 'B', failed: null });
  });

  it('takes one step, one group and a list of one for the same', () => {
    const step = { task: 'stock.check' };
    const works = [step, { all: [step] }, [step], [{ all: [step] }]].map(
      (run) => compiled({ run, done: 'B', failed: 'B' }).run,
    );
    expect(new Set(works.map((work) => JSON.stringify(work))).size).toBe(1);
    expect(works[0]).toMatchObject({
      local: true,
      done: 'B',
      failed: 'B',
      steps: [{ input: {}, rules: [] }],
    });
  });

  it('starts with an event, which then leads nowhere at once', () => {
    const { on } = compiled({
      on: {
        go: { run: { task: 'stock.check' }, done: 'B', accepted: 'looking' },
        ask: { run: { task: 'stock.check' }, done: 'B' },
        stop: 'B',
      },
    });
    expect(on.get('go')?.[0]).toMatchObject({ to: null, accepted: 'looking', work: { done: 'B' } });
    expect(on.get('ask')?.[0]).toMatchObject({ to: null, accepted: 'accepted' });
    expect(on.get('stop')?.[0]).toMatchObject({ to: 'B', work: null, accepted: 'accepted' });
  });

  it('hands on what the task is given, as it is written', () => {
    const input = { topic: 't', url: 'https://example.com/', with: { a: [1] } };
    const { run } = compiled({ run: { task: 'http', ...input, undo: { task: 'http', ...input } } });
    expect(run?.steps[0]).toMatchObject({ input, undo: { task: 'http', input } });
  });

  it('judges rules by the order, with their message as the reason', () => {
    const cel = "order.amount_total > money('9')";
    const { run } = compiled({ run: { task: 'order.check', rules: [{ cel, message: 'Too little.' }] } });
    const [rule] = run?.steps[0]?.rules ?? [];
    expect(rule?.source).toBe(cel);
    expect(rule?.evaluate(FACTS)).toEqual({ holds: false, reason: 'Too little.' });
  });

  it('refuses rules and timers that ask for a caller', () => {
    const rules = [{ cel: "actor.id == 'anna'", message: 'no' }];
    expect(() => compiled({ run: { task: 'order.check', rules } })).toThrow(/unverified guard/);
    expect(() => compiled({ after: { '1h': { to: 'B', when: 'data.x == 1' } } })).toThrow(/unverified guard/);
  });
});

describe('an undo', () => {
  const tasks = { 'seat.hold': { undo: 'seat.free' }, 'seat.free': {} };

  it('is that of the step, or else that of the declaration', () => {
    const undoes = (run: { task: string; undo?: string }) =>
      compiled({ run }, tasks).run?.steps[0]?.undo?.task;
    expect(undoes({ task: 'seat.hold' })).toBe('seat.free');
    expect(undoes({ task: 'seat.hold', undo: 'stock.release' })).toBe('stock.release');
    expect(undoes({ task: 'seat.free' })).toBeUndefined();
    expect(undoes({ task: 'constructor' })).toBeUndefined();
  });

  it('has more attempts than a step, unless it says otherwise', () => {
    const undo = { task: 'stock.release', retry: { attempts: 3 } };
    const { run } = compiled({ run: [{ task: 'seat.hold' }, { task: 'stock.reserve', undo }] }, tasks);
    expect(run?.steps.map(({ policy, undo }) => [policy.attemptsMax, undo?.policy.attemptsMax])).toEqual([
      [5, 10],
      [5, 3],
    ]);
  });
});

describe('the policy of a step', () => {
  const policyOf = (step: object) =>
    compiled({ run: { task: 'stock.check', ...step } }).run?.steps[0]?.policy;

  it('is filled in', () => {
    expect(policyOf({})).toEqual({
      attemptsMax: 5,
      backoffMs: 1_000,
      factor: 2,
      capMs: 60_000,
      attemptTimeoutMs: 30_000,
      totalTimeoutMs: null,
    });
  });

  it('is as written', () => {
    const retry = { attempts: 1, backoff: '250ms', factor: 1.5, cap: '2h' };
    expect(policyOf({ retry, timeout: { attempt: '5s', total: '1d' } })).toEqual({
      attemptsMax: 1,
      backoffMs: 250,
      factor: 1.5,
      capMs: 7_200_000,
      attemptTimeoutMs: 5_000,
      totalTimeoutMs: 86_400_000,
    });
    expect(policyOf({ timeout: '3m' })).toMatchObject({ attemptTimeoutMs: 180_000, totalTimeoutMs: null });
  });
});

describe('timers', () => {
  it('keep their order, their text and their guard', () => {
    const { timers } = compiled({
      after: {
        '30m': 'B',
        '10s': { to: 'A', when: { cel: "order.amount_total > money('9')", reason: 'cheap' } },
      },
    });
    expect(timers).toMatchObject([
      { after: '30m', delayMs: 1_800_000, to: 'B', guard: null },
      { after: '10s', delayMs: 10_000, to: 'A' },
    ]);
    expect(timers[1]?.guard?.evaluate(FACTS)).toEqual({ holds: false, reason: 'cheap' });
  });
});

describe('a state', () => {
  it('keeps what is undone and reviewed in it', () => {
    expect(compiled({ compensate: true, review: { redrive: 'B' } })).toMatchObject({
      compensate: true,
      review: true,
      redrive: 'B',
    });
    expect(compiled({ review: {} })).toMatchObject({ compensate: false, review: true, redrive: null });
  });
});

it('knows whether stock is looked at, also by an undo alone', () => {
  const uses = (A: StateDefinition, tasks?: WorkflowDefinition['tasks']) =>
    compiled(A, tasks).workflow.usesStock;
  expect(uses({ run: { task: 'payment.charge' } })).toBe(false);
  expect(uses({ run: { all: [{ task: 'payment.charge' }, { task: 'stock.check' }] } })).toBe(true);
  expect(uses({ on: { go: { run: { task: 'stock.ship' }, done: 'B' } } })).toBe(true);
  expect(uses({ run: { task: 'seat.hold' } }, { 'seat.hold': { undo: 'stock.release' } })).toBe(true);
});
