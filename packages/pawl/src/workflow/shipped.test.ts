import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileWorkflow } from './compile.ts';
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

describe.each(Object.entries(REQUIRED))('the shipped workflow %s', (name, states) => {
  const parsed = parseText(readFileSync(new URL(`${name}.yaml`, SHIPPED), 'utf8'), 'yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings));
  const workflow = compileWorkflow(parsed.definition);
  const events = [...new Set(Object.values(states).flatMap((exits) => Object.keys(exits)))];

  it('has no findings', () => {
    expect(verifyWorkflow(parsed.definition)).toEqual([]);
  });

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
        : [{ event, to, work: null, accepted: 'accepted', roles: [], reasonRequired: false, guard: null }],
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
