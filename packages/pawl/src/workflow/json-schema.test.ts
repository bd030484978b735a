import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUILT_IN_TASKS } from './built-in-tasks.ts';
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
    const limits: readonly (readonly [number, (size: number) => unknown])[] = [
      [20, (size) => inA({ on: { go: Array.from({ length: size }, () => ({ to: 'A' })) } })],
      [2_000, (size) => inA({ on: { go: { to: 'A', when: '😀'.repeat(size) } } })],
      [500, (size) => ({ name: 'x', initial: 'S0', states: numbered(size, 'S', {}) })],
      [100, (size) => inA({ on: numbered(size, 'e', 'A') })],
      [32, (size) => inA({ on: { go: { to: 'A', roles: Array(size).fill('clerk') } } })],
      [20, (size) => inA({ run: Array(size).fill({ task: 'x' }), done: 'A' })],
      [20, (size) => inA({ run: { all: Array(size).fill({ task: 'x' }) }, done: 'A' })],
      [50, (size) => inA({ run: checked(size, 'm'), done: 'A' })],
      [1_000, (size) => inA({ run: checked(1, '😀'.repeat(size)), done: 'A' })],
      [200, (size) => inA({ on: { go: { run: { task: 'x' }, done: 'A', accepted: '😀'.repeat(size) } } })],
      [2_000, (size) => inA({ run: { task: 'http', url: `https://a/${'b'.repeat(size - 10)}` }, done: 'A' })],
      [200, (size) => ({ ...inA({}), tasks: numbered(size, 't', {}) })],
      [100, (size) => inA({ run: { task: 'x', retry: { attempts: size } }, done: 'A' })],
      [10, (size) => inA({ run: { task: 'x', retry: { factor: size } }, done: 'A' })],
      [64, (size) => inA({ run: { task: `${'t'.repeat(size)}.${'t'.repeat(size)}` }, done: 'A' })],
    ];
    for (const [max, sized] of limits) {
      agree(sized(max), true);
      agree(sized(max + 1), false);
    }
    const timers = (size: number) => Array.from({ length: size }, (_, i) => [`${i + 1}s`, 'A']);
    agree(inA({ after: Object.fromEntries(timers(10)) }), true);
    agree(inA({ after: Object.fromEntries(timers(11)) }), false);
    agree(inA({ on: { go: [] } }), false);
    for (const task of BUILT_IN_TASKS.keys()) agree({ ...inA({}), tasks: { [task]: {} } }, false);
    for (const event of RESERVED_EVENTS)
      agree({ name: 'x', initial: 'A', states: { A: { on: { [event]: 'A' } } } }, false);
  });
});

function inA(A: object) {
  return { name: 'x', initial: 'A', states: { A } };
}

function numbered(size: number, prefix: string, value: unknown) {
  return Object.fromEntries(Array.from({ length: size }, (_, i) => [`${prefix}${i}`, value]));
}

function checked(size: number, message: string) {
  return { task: 'order.check', rules: Array(size).fill({ cel: 'true', message }) };
}

function agree(definition: unknown, ok: boolean): void {
  expect(parseDefinition(definition).ok).toBe(ok);
  expect(validate(definition)).toBe(ok);
}

/** Mostly right, sometimes something of the wrong kind: each place has its own chance. */
function spoiled<T>(right: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 150, arbitrary: right }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) });
}

function members(
  arbitraries: Record<string, fc.Arbitrary<unknown>>,
  requiredKeys: string[],
): fc.Arbitrary<unknown> {
  const right = fc.record(arbitraries, { requiredKeys });
  const strange = fc.constantFrom('run', 'done', 'all', 'nonsense', 'constructor', 'toString');
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
const tasks = fc.oneof(
  { weight: 40, arbitrary: fc.stringMatching(/^[a-z][a-z0-9_-]{0,3}(\.[a-z][a-z0-9_-]{0,3})?$/) },
  { weight: 1, arbitrary: fc.constantFrom('queue:x', 'a.b.c', 'a.', '.a', 'A', '', 'constructor', 'notify') },
);
const durations = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom('1ms', '250ms', '30m', '365d', '999999999ms') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('0s', '05s', '1', 's', '1.5h', '1 s', '1w', '1234567890ms', '-1s'),
  },
);
const urls = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('https://a.example/b?c=@', 'http://localhost:8080') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('ftp://a/', '/a', 'http://', 'https://u:p@a/', 'https://a/#b', 'https://a b/'),
  },
);
const action = {
  task: spoiled(tasks),
  retry: members(
    {
      attempts: spoiled(fc.constantFrom(1, 5, 100, 101, 0, 1.5)),
      backoff: spoiled(durations),
      factor: spoiled(fc.constantFrom(1, 1.5, 10, 10.5, 0.5)),
      cap: spoiled(durations),
    },
    [],
  ),
  timeout: fc.oneof(spoiled(durations), members({ attempt: durations, total: durations }, [])),
  rules: spoiled(
    fc.array(members({ cel: fc.string(), message: fc.string() }, ['cel', 'message']), { maxLength: 2 }),
  ),
  topic: spoiled(fc.stringMatching(/^[a-z][a-z0-9_-]{0,5}$/)),
  url: spoiled(urls),
  with: spoiled(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 2 })),
};
const undoes = fc.oneof(spoiled(tasks), members(action, ['task']));
const step = members({ ...action, undo: undoes }, ['task']);
const steps = fc.array(step, { maxLength: 3, minLength: 1 });
const emptyList = { weight: 1, arbitrary: fc.constant([]) };
const stage = fc.oneof(
  { weight: 10, arbitrary: step },
  {
    weight: 5,
    arbitrary: members({ all: spoiled(fc.oneof({ weight: 20, arbitrary: steps }, emptyList)) }, ['all']),
  },
);
const work = fc.oneof(
  { weight: 10, arbitrary: stage },
  { weight: 10, arbitrary: fc.array(stage, { maxLength: 3, minLength: 1 }) },
  emptyList,
);
const plain = {
  when: spoiled(guards),
  roles: spoiled(fc.array(spoiled(roles), { maxLength: 3 })),
  reason: spoiled(fc.constant('required')),
};
const next = { run: work, done: spoiled(states), failed: spoiled(states) };
const transitions = fc.oneof(
  { weight: 20, arbitrary: members({ ...plain, to: spoiled(states) }, ['to']) },
  { weight: 20, arbitrary: members({ ...plain, ...next, accepted: spoiled(fc.string()) }, ['run', 'done']) },
  { weight: 1, arbitrary: members({ ...next, to: states, accepted: fc.string() }, []) },
);
const exits = fc.oneof(spoiled(states), transitions, fc.array(transitions, { maxLength: 3, minLength: 1 }));
const flag = spoiled(fc.boolean());
const timer = fc.oneof(spoiled(states), members({ to: spoiled(states), when: spoiled(guards) }, ['to']));
const still = {
  final: flag,
  editable: flag,
  archivable: flag,
  on: spoiled(fc.dictionary(events, exits, { maxKeys: 2 })),
  after: spoiled(fc.dictionary(durations, timer, { maxKeys: 2 })),
  compensate: flag,
  review: members({ redrive: spoiled(states) }, []),
};
const state = fc.oneof(
  { weight: 10, arbitrary: members(still, []) },
  { weight: 10, arbitrary: members({ ...still, ...next }, ['run', 'done']) },
  { weight: 5, arbitrary: members({ ...still, ...next }, []) },
);
const definitions = members(
  {
    name: spoiled(fc.stringMatching(/^[a-z][a-z0-9_-]{0,5}$/)),
    initial: spoiled(states),
    announces: spoiled(fc.constantFrom('OrderCreated', 'OrderPlaced', 'OrderUpdated', 'order')),
    illegalTransitionStatus: spoiled(fc.constantFrom(400, 409, 422, 500)),
    preconditions: spoiled(fc.constantFrom('required', 'optional', 'none')),
    tasks: spoiled(
      fc.dictionary(
        tasks,
        members({ undo: spoiled(tasks), holds: spoiled(fc.constantFrom('seat', 'A')) }, []),
        {
          maxKeys: 2,
        },
      ),
    ),
    states: spoiled(fc.dictionary(states, state, { maxKeys: 2 })),
  },
  ['name', 'initial', 'states'],
);
