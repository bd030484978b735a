import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { workflowJsonSchema } from './json-schema.ts';
import { RESERVED_EVENTS } from './names.ts';
import { parseDefinition, parseText } from './parse.ts';
import { verifyWorkflow } from './verify.ts';

const SHIPPED = new URL('../../../../workflows/', import.meta.url);
const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(workflowJsonSchema);

describe('workflowJsonSchema', () => {
  it('is the one in docs/workflow.schema.json (`vitest -u` writes it)', async () => {
    const text = `${JSON.stringify(workflowJsonSchema, null, 2)}\n`;
    await expect(text).toMatchFileSnapshot('../../../../docs/workflow.schema.json');
  });

  it.each(readdirSync(SHIPPED))('accepts the shipped %s', (file) => {
    const parsed = parseText(readFileSync(new URL(file, SHIPPED), 'utf8'), 'yaml');
    expect(parsed.ok && validate(parsed.definition)).toBe(true);
  });

  it.each(workflowJsonSchema.examples)('has the example $name, in which nothing is found', (example) => {
    const parsed = parseDefinition(example);
    const findings = parsed.ok ? verifyWorkflow(parsed.definition) : parsed.findings;
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(validate(example)).toBe(true);
  });

  it('accepts exactly what parseDefinition accepts', () => {
    let accepted = 0;
    fc.assert(
      fc.property(definitions, (definition) => {
        const parsed = parseDefinition(definition).ok;
        if (parsed) accepted++;
        expect(validate(definition)).toBe(parsed);
      }),
      { numRuns: 3_000 },
    );
    // A property that only ever saw one answer would prove half of it.
    expect(accepted).toBeGreaterThan(100);
    expect(accepted).toBeLessThan(2_900);
  });

  it('agrees with parseDefinition at every limit', () => {
    for (const [size, ok] of [
      [0, false],
      [1, true],
      [20, true],
      [21, false],
    ] as const) {
      const on = { go: Array.from({ length: size }, () => ({ to: 'A' })) };
      agree({ name: 'x', initial: 'A', states: { A: { on } } }, ok);
    }
    for (const [size, ok] of [
      [2_000, true],
      [2_001, false],
    ] as const) {
      agree(
        { name: 'x', initial: 'A', states: { A: { on: { go: { to: 'A', when: '😀'.repeat(size) } } } } },
        ok,
      );
    }
    for (const [size, ok] of [
      [500, true],
      [501, false],
    ] as const) {
      const states = Object.fromEntries(Array.from({ length: size }, (_, i) => [`S${i}`, {}]));
      agree({ name: 'x', initial: 'S0', states }, ok);
    }
    for (const [size, ok] of [
      [100, true],
      [101, false],
    ] as const) {
      const on = Object.fromEntries(Array.from({ length: size }, (_, i) => [`e${i}`, 'A']));
      agree({ name: 'x', initial: 'A', states: { A: { on } } }, ok);
    }
    for (const [size, ok] of [
      [32, true],
      [33, false],
    ] as const) {
      const roles = Array.from({ length: size }, () => 'clerk');
      agree({ name: 'x', initial: 'A', states: { A: { on: { go: { to: 'A', roles } } } } }, ok);
    }
    for (const event of RESERVED_EVENTS)
      agree({ name: 'x', initial: 'A', states: { A: { on: { [event]: 'A' } } } }, false);
  });
});

function agree(definition: unknown, ok: boolean): void {
  expect(parseDefinition(definition).ok).toBe(ok);
  expect(validate(definition)).toBe(ok);
}

/** Mostly right, sometimes something of the wrong kind: each place has its own chance. */
function spoiled<T>(right: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 60, arbitrary: right }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) });
}

function members(
  arbitraries: Record<string, fc.Arbitrary<unknown>>,
  requiredKeys: string[],
): fc.Arbitrary<unknown> {
  const right = fc.record(arbitraries, { requiredKeys });
  const strange = fc.constantFrom('run', 'tasks', 'nonsense', 'constructor', 'toString');
  return spoiled(
    fc.oneof(
      { weight: 60, arbitrary: right },
      { weight: 1, arbitrary: fc.record(arbitraries, { requiredKeys: [] }) },
      { weight: 1, arbitrary: fc.tuple(right, strange).map(([object, key]) => ({ ...object, [key]: 'x' })) },
    ),
  );
}

const states = fc.oneof(
  { weight: 40, arbitrary: fc.stringMatching(/^[A-Z][A-Z0-9_]{0,5}$/) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('paid', '', 'A'.repeat(65), 'A\n', 'Ä', '__proto__', 'constructor'),
  },
);
const events = fc.oneof(
  { weight: 40, arbitrary: fc.stringMatching(/^[a-z][a-z0-9_-]{0,5}$/) },
  { weight: 1, arbitrary: fc.constantFrom('constructor', 'toString', '__proto__', 'Pay', 'tasks', '') },
);
const guards = fc.oneof(
  fc.string(),
  members({ cel: spoiled(fc.string()), reason: spoiled(fc.string()) }, ['cel']),
);
const roles = fc.oneof(
  { weight: 20, arbitrary: fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.-]{0,5}$/) },
  { weight: 1, arbitrary: fc.constantFrom('a+b', 'a:b', 'a b', '', '1', 'a'.repeat(65)) },
);
const transitions = members(
  {
    to: spoiled(states),
    when: spoiled(guards),
    roles: spoiled(fc.array(spoiled(roles), { maxLength: 3 })),
    reason: spoiled(fc.constant('required')),
  },
  ['to'],
);
const exits = fc.oneof(spoiled(states), transitions, fc.array(transitions, { maxLength: 3, minLength: 1 }));
const flag = spoiled(fc.boolean());
const state = members(
  {
    final: flag,
    editable: flag,
    archivable: flag,
    on: spoiled(fc.dictionary(events, exits, { maxKeys: 3 })),
  },
  [],
);
const definitions = members(
  {
    name: spoiled(fc.stringMatching(/^[a-z][a-z0-9_-]{0,5}$/)),
    initial: spoiled(states),
    announces: spoiled(fc.constantFrom('OrderCreated', 'OrderPlaced', 'OrderUpdated', 'order')),
    illegalTransitionStatus: spoiled(fc.constantFrom(400, 409, 422, 500)),
    preconditions: spoiled(fc.constantFrom('required', 'optional', 'none')),
    states: spoiled(fc.dictionary(states, state, { maxKeys: 3 })),
  },
  ['name', 'initial', 'states'],
);
