import { expect, it } from 'vitest';
import { compileWorkflow } from './compile.ts';
import type { WorkflowDefinition } from './definition.ts';

const PURCHASE: WorkflowDefinition = {
  name: 'purchase',
  initial: 'REQUESTED',
  announces: 'PurchaseRequested',
  illegalTransitionStatus: 400,
  preconditions: 'optional',
  states: {
    REQUESTED: {
      editable: true,
      on: {
        approve: [
          {
            to: 'APPROVED',
            when: { cel: "order.amount_total <= money('1000')", reason: 'too dear' },
            roles: ['clerk'],
          },
          { to: 'APPROVED', roles: ['manager'], reason: 'required' },
        ],
        constructor: 'APPROVED',
      },
    },
    APPROVED: { archivable: true, on: { approve: 'DONE' } },
    DONE: { final: true },
  },
};

it('compiles alternatives in their order, with their demands', () => {
  const compiled = compileWorkflow(PURCHASE);
  expect(compiled.states.get('REQUESTED')?.on.get('approve')).toMatchObject([
    {
      event: 'approve',
      index: 0,
      to: 'APPROVED',
      roles: ['clerk'],
      reasonRequired: false,
      guard: { source: "order.amount_total <= money('1000')" },
    },
    { event: 'approve', index: 1, to: 'APPROVED', roles: ['manager'], reasonRequired: true, guard: null },
  ]);
});

it('fills in what the definition leaves out', () => {
  const { states } = PURCHASE;
  expect(compileWorkflow({ name: 'plain', initial: 'DONE', states })).toMatchObject({
    announces: 'OrderCreated',
    illegalTransitionStatus: 422,
    preconditionsRequired: true,
  });
  expect(compileWorkflow(PURCHASE)).toMatchObject({
    announces: 'PurchaseRequested',
    illegalTransitionStatus: 400,
    preconditionsRequired: false,
  });
  expect(compileWorkflow(PURCHASE).states.get('DONE')).toEqual({
    name: 'DONE',
    final: true,
    editable: false,
    archivable: false,
    on: new Map(),
    run: null,
    timers: [],
    compensate: false,
    review: false,
    redrive: null,
  });
});

it('lists the events with the states that accept them, in the order of the definition', () => {
  expect([...compileWorkflow(PURCHASE).events]).toEqual([
    ['approve', ['REQUESTED', 'APPROVED']],
    ['constructor', ['REQUESTED']],
  ]);
});

it('finds nothing under the names of a prototype', () => {
  const { states, events } = compileWorkflow(PURCHASE);
  for (const name of ['toString', '__proto__', 'hasOwnProperty']) {
    expect(states.get(name)).toBeUndefined();
    expect(events.get(name)).toBeUndefined();
    expect(states.get('APPROVED')?.on.get(name)).toBeUndefined();
  }
  expect(states.get('APPROVED')?.on.get('constructor')).toBeUndefined();
});

it('throws on a definition that would have been refused', () => {
  const { states } = PURCHASE;
  expect(() => compileWorkflow({ name: 'x', initial: 'LOST', states })).toThrow(/no state LOST/);
  expect(() => compileWorkflow({ name: 'x', initial: 'A', states: { A: { on: { go: 'LOST' } } } })).toThrow(
    /no state LOST/,
  );
  const lost = [
    { run: { task: 'stock.check' }, done: 'LOST' },
    { run: { task: 'stock.check' }, done: 'A', failed: 'LOST' },
    { on: { go: { run: { task: 'stock.check' }, done: 'A', failed: 'LOST' } } },
    { after: { '1h': 'LOST' } },
    { review: { redrive: 'LOST' } },
  ];
  for (const A of lost) {
    expect(() => compileWorkflow({ name: 'x', initial: 'A', states: { A } })).toThrow(/no state LOST/);
  }
  const nowhere = [{}, { run: { task: 'stock.check' } }, { done: 'A' }];
  for (const go of nowhere) {
    const A = { on: { go } };
    expect(() => compileWorkflow({ name: 'x', initial: 'A', states: { A } })).toThrow('go leads nowhere');
  }
  const late = { A: { after: { soon: 'A' } } };
  expect(() => compileWorkflow({ name: 'x', initial: 'A', states: late })).toThrow(/no length of time/);
  const guarded = { A: { on: { go: { to: 'A', when: 'order.' } } } };
  expect(() => compileWorkflow({ name: 'x', initial: 'A', states: guarded })).toThrow(/unverified guard/);
});
