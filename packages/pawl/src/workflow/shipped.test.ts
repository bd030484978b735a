import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileWorkflow } from './compile.ts';
import type { GuardFacts } from './compiled.ts';
import type { WorkflowDefinition } from './definition.ts';
import { parseText } from './parse.ts';
import { verifyWorkflow } from './verify.ts';

const SHIPPED = new URL('../../../../workflows/', import.meta.url);

/** R0.01, R0.02 and R2.01 as they are written there: from each state, the events and where they lead. */
const REQUIRED: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>> = {
  retail: {
    CREATED: { pay: 'PAID', cancel: 'CANCELLED' },
    PAID: { ship: 'SHIPPED', cancel: 'CANCELLED' },
    SHIPPED: { deliver: 'DELIVERED', cancel: 'CANCELLED' },
    DELIVERED: { return: 'RETURNED' },
    CANCELLED: {},
    RETURNED: {},
  },
  checkout: {
    CREATED: { pay: 'PAID', cancel: 'CANCELLED' },
    PAID: { fulfill: 'FULFILLED', cancel: 'CANCELLED' },
    FULFILLED: {},
    CANCELLED: {},
  },
};

function shipped(name: string): WorkflowDefinition {
  const parsed = parseText(readFileSync(new URL(`${name}.yaml`, SHIPPED), 'utf8'), 'yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings));
  return parsed.definition;
}

it.each(readdirSync(SHIPPED))('%s has no findings', (file) => {
  expect(verifyWorkflow(shipped(file.replace('.yaml', '')))).toEqual([]);
});

describe.each(Object.entries(REQUIRED))('the shipped workflow %s', (name, states) => {
  const workflow = compileWorkflow(shipped(name));
  const events = [...new Set(Object.values(states).flatMap((exits) => Object.keys(exits)))];

  it('has exactly the states that are required (R0.01, R2.01)', () => {
    expect([...workflow.states.keys()]).toEqual(Object.keys(states));
    expect([workflow.name, workflow.initial, workflow.announces]).toEqual([name, 'CREATED', 'OrderCreated']);
    expect([workflow.illegalTransitionStatus, workflow.preconditionsRequired]).toEqual([422, true]);
  });

  it('knows exactly the events that are required', () => {
    expect([...workflow.events.keys()].sort()).toEqual([...events].sort());
  });

  it.each(
    Object.keys(states).flatMap((from) =>
      events.map((event) => [from, event, states[from]?.[event]] as const),
    ),
  )('in %s, %s leads to %s (R0.02, R2.01)', (from, event, to) => {
    const branches = workflow.states.get(from)?.on.get(event) ?? [];
    expect(branches).toEqual(
      to === undefined
        ? []
        : [
            {
              event,
              index: 0,
              to,
              work: null,
              accepted: 'accepted',
              roles: [],
              reasonRequired: false,
              guard: null,
            },
          ],
    );
    expect(workflow.events.get(event)?.includes(from)).toBe(to !== undefined);
  });

  it('can be edited in CREATED only, and is final where nothing leads on', () => {
    for (const [state, exits] of Object.entries(states)) {
      expect(workflow.states.get(state)).toMatchObject({
        final: Object.keys(exits).length === 0,
        editable: state === 'CREATED',
        archivable: state === 'DELIVERED',
      });
    }
  });
});

describe('the shipped workflow approval', () => {
  const workflow = compileWorkflow(shipped('approval'));
  const branches = (state: string, event: string) => workflow.states.get(state)?.on.get(event) ?? [];

  it('has exactly the states that are required (R1.01)', () => {
    expect([...workflow.states.keys()]).toEqual(['CREATED', 'VALIDATED', 'APPROVED', 'REJECTED']);
    expect([workflow.name, workflow.initial, workflow.announces]).toEqual([
      'approval',
      'CREATED',
      'OrderCreated',
    ]);
    const final = [...workflow.states.values()].filter((state) => state.final).map(({ name }) => name);
    expect(final).toEqual(['APPROVED', 'REJECTED']);
    expect(workflow.states.get('CREATED')?.editable).toBe(true);
  });

  it('answers 400 to an illegal transition, and edits need no version (R1.01)', () => {
    expect([workflow.illegalTransitionStatus, workflow.preconditionsRequired]).toEqual([400, false]);
  });

  it('knows exactly the events that are required, where they are required (R1.01)', () => {
    expect(Object.fromEntries(workflow.events)).toEqual({
      validate: ['CREATED'],
      approve: ['VALIDATED'],
      reject: ['CREATED', 'VALIDATED'],
    });
    expect(branches('VALIDATED', 'approve')).toMatchObject([{ to: 'APPROVED', roles: ['approver'] }]);
    for (const state of ['CREATED', 'VALIDATED'])
      expect(branches(state, 'reject')).toMatchObject([
        { to: 'REJECTED', work: null, roles: [], guard: null },
      ]);
  });

  it('validates in the background by rules, and says so (R1.03)', () => {
    expect(branches('CREATED', 'validate')).toMatchObject([
      {
        to: null,
        accepted: 'validation started',
        roles: [],
        work: { local: false, done: 'VALIDATED', failed: 'REJECTED', steps: [{ task: 'order.check' }] },
      },
    ]);
    const [validate] = branches('CREATED', 'validate');
    const rules = validate?.work?.steps[0]?.rules ?? [];
    const reasons = rules.map((rule) => rule.evaluate(facts([])));
    expect(reasons).toEqual([
      { holds: false, reason: 'The order has no items.' },
      { holds: true },
      { holds: true },
    ]);
    const dear = facts([{ sku: 'A', qty: 1, price: '1000000.01' }]);
    expect(rules.map((rule) => rule.evaluate(dear).holds)).toEqual([true, true, false]);
  });
});

describe('the shipped workflow preorder', () => {
  const workflow = compileWorkflow(shipped('preorder'));
  const state = (name: string) => workflow.states.get(name);

  it('has exactly the states that are required, and is announced as placed (R3.01, R3.02)', () => {
    expect([...workflow.states.keys()]).toEqual(['SUBMITTED', 'RESERVED', 'CONFIRMED', 'FAILED']);
    expect([workflow.initial, workflow.announces, workflow.usesStock]).toEqual([
      'SUBMITTED',
      'OrderPlaced',
      true,
    ]);
    expect(workflow.events.size).toBe(0);
  });

  it('checks and reserves stock at once, then charges, then notifies in parallel (R3.02)', () => {
    expect(state('SUBMITTED')?.run).toMatchObject({
      local: true,
      stages: [[{ task: 'stock.check' }], [{ task: 'stock.reserve' }]],
      done: 'RESERVED',
      failed: 'FAILED',
    });
    expect(state('RESERVED')?.run).toMatchObject({
      local: false,
      stages: [[{ task: 'payment.charge' }]],
      done: 'CONFIRMED',
      failed: 'FAILED',
    });
    expect(state('CONFIRMED')).toMatchObject({
      final: true,
      run: {
        stages: [[{ input: { topic: 'order-confirmed' } }, { input: { topic: 'warehouse' } }]],
        done: null,
      },
    });
  });

  it('gives back what was taken, and lets people redrive (R3.03, R3.04)', () => {
    expect(state('FAILED')).toMatchObject({
      final: true,
      compensate: true,
      review: true,
      redrive: 'SUBMITTED',
    });
    const undone = [...workflow.states.values()].flatMap(({ run }) =>
      (run?.steps ?? []).flatMap(({ task, undo }) => (undo === null ? [] : [[task, undo.task]])),
    );
    expect(undone).toEqual([
      ['stock.reserve', 'stock.release'],
      ['payment.charge', 'payment.refund'],
    ]);
  });
});

function facts(items: GuardFacts['order']['items']): GuardFacts {
  return {
    order: {
      id: 'ord_1',
      external_id: null,
      customer_id: null,
      status: 'CREATED',
      version: 1,
      currency: 'USD',
      amount_total: items[0]?.price ?? '0',
      items,
      metadata: {},
      created_at: 0,
      updated_at: 0,
    },
    data: {},
    now: 0,
    actor: { id: '', kind: 'system', roles: [] },
  };
}
