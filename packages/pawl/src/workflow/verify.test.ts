import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StateDefinition, WorkflowDefinition } from './definition.ts';
import { FINDINGS_MAX, type Finding } from './finding.ts';
import { FINDING_CODES } from './finding-codes.ts';
import { parseDefinition, parseText, TEXT_MAX } from './parse.ts';
import { verifyWorkflow } from './verify.ts';

const GOOD = {
  name: 'letter',
  initial: 'WRITTEN',
  states: { WRITTEN: { on: { send: 'SENT' } }, SENT: { final: true } },
};

/** The good definition with something in its first state. */
function withWritten(written: object): object {
  return { ...GOOD, states: { ...GOOD.states, WRITTEN: written } };
}

/** The good definition with something else as its only event. */
function withSend(send: unknown): object {
  return withWritten({ on: { send } });
}

function withStates(states: object): object {
  return { ...GOOD, states: { ...GOOD.states, ...states } };
}

/** Broken definitions: what is wrong, the definition or its text, and every code with its place. */
const BROKEN: readonly (readonly [string, unknown, readonly string[]])[] = [
  ['a text that is too large', { yaml: '#'.repeat(TEXT_MAX + 1) }, ['text-too-large ']],
  ['broken YAML', { yaml: 'name: [' }, ['syntax-invalid ']],
  ['broken JSON', { json: '{' }, ['syntax-invalid ']],
  ['a member that stands twice', { json: '{"name": "a", "name": "b"}' }, ['duplicate-key /name']],
  ['an alias', { yaml: 'name: &a x\ninitial: *a' }, ['yaml-feature-refused /initial']],
  ['a list of states', { ...GOOD, states: [] }, ['wrong-type /states']],
  ['no name', { initial: 'WRITTEN', states: GOOD.states }, ['missing-member ']],
  ['a misspelt member', { ...GOOD, annouces: 'OrderPlaced' }, ['unknown-member /annouces']],
  [
    'an unknown status',
    { ...GOOD, illegalTransitionStatus: 404 },
    ['value-not-allowed /illegalTransitionStatus'],
  ],
  [
    'a malformed role',
    withSend({ to: 'SENT', roles: ['a+b'] }),
    ['name-invalid /states/WRITTEN/on/send/roles/0'],
  ],
  [
    'a reserved event',
    withWritten({ on: { send: 'SENT', erase: 'SENT' } }),
    ['name-reserved /states/WRITTEN/on/erase'],
  ],
  ['a taken announcement', { ...GOOD, announces: 'OrderUpdated' }, ['name-reserved /announces']],
  [
    'too many alternatives',
    withSend(Array.from({ length: 21 }, () => ({ to: 'SENT' }))),
    ['too-many /states/WRITTEN/on/send'],
  ],
  [
    'too long an expression',
    withSend({ to: 'SENT', when: ' '.repeat(2_001) }),
    ['too-long /states/WRITTEN/on/send/when'],
  ],
  ['no alternatives', withSend([]), ['empty-alternatives /states/WRITTEN/on/send']],
  ['no such initial state', { ...GOOD, initial: 'WRITEN' }, ['initial-unknown /initial']],
  ['no states at all', { ...GOOD, states: {} }, ['initial-unknown /initial']],
  [
    'no such target',
    withWritten({ on: { send: 'SENT', drop: { to: 'LOST' } } }),
    ['unknown-target /states/WRITTEN/on/drop/to'],
  ],
  [
    'no such target of an alternative',
    withSend([{ to: 'SENT', when: 'data.x == 1' }, { to: 'LOST' }]),
    ['unknown-target /states/WRITTEN/on/send/1/to'],
  ],
  [
    'no way on but a misspelt one',
    withStates({ SENT: { on: { close: 'CLOSD' } } }),
    ['unknown-target /states/SENT/on/close'],
  ],
  ['an unreachable state', withStates({ LOST: { final: true } }), ['unreachable-state /states/LOST']],
  [
    'a state that only a timer that never holds leads to',
    withStates({
      WRITTEN: { on: { send: 'SENT' }, after: { '1d': { to: 'LOST', when: '1 > 2' } } },
      LOST: { final: true },
    }),
    ['unreachable-state /states/LOST', 'guard-constant /states/WRITTEN/after/1d/when'],
  ],
  [
    'no such target of work and timers',
    withWritten({
      on: { send: 'SENT', mail: { run: { task: 'stock.check' }, done: 'A', failed: 'B' } },
      run: { task: 'stock.check' },
      done: 'C',
      failed: 'D',
      after: { '1h': 'E', '30m': { to: 'F', when: 'order.version > 1' } },
    }),
    [
      'unknown-target /states/WRITTEN/on/mail/done',
      'unknown-target /states/WRITTEN/on/mail/failed',
      'unknown-target /states/WRITTEN/done',
      'unknown-target /states/WRITTEN/failed',
      'unknown-target /states/WRITTEN/after/1h',
      'unknown-target /states/WRITTEN/after/30m/to',
    ],
  ],
  [
    'no such target of a redrive',
    withStates({ SENT: { final: true, review: { redrive: 'WRITEN' } } }),
    ['unknown-target /states/SENT/review/redrive'],
  ],
  [
    'an unreachable pair',
    withStates({ A: { on: { go: 'B' } }, B: { on: { go: 'A', send: 'SENT' } } }),
    ['unreachable-state /states/A', 'unreachable-state /states/B'],
  ],
  [
    'a final state with exits',
    withStates({ SENT: { final: true, on: { resend: 'WRITTEN' } } }),
    ['final-with-exits /states/SENT/on'],
  ],
  ['a dead end', withStates({ SENT: {} }), ['dead-end /states/SENT']],
  ['a dead end without events', withStates({ SENT: { on: {} } }), ['dead-end /states/SENT']],
  [
    'a state that nobody can leave',
    withStates({
      SENT: { on: { lose: { to: 'LOST', when: "order.status == 'WRITTEN'" } } },
      LOST: { final: true },
    }),
    [
      'unreachable-state /states/LOST',
      'no-way-out /states/SENT/on',
      'guard-constant /states/SENT/on/lose/when',
    ],
  ],
  [
    'a state whose only exits are timers with guards',
    withStates({ SENT: { after: { '1h': { to: 'WRITTEN', when: 'order.version > 1' } } } }),
    ['no-way-out /states/SENT/after'],
  ],
  [
    'an end behind a guarded timer only',
    withStates({
      WRITTEN: { on: { turn: 'WRITTEN' }, after: { '1h': { to: 'SENT', when: 'order.version > 1' } } },
    }),
    ['no-way-to-final /states/WRITTEN'],
  ],
  [
    'a final state with everything that leaves it',
    withStates({
      SENT: {
        final: true,
        on: { a: 'WRITTEN' },
        run: { task: 'stock.check' },
        done: 'WRITTEN',
        failed: 'WRITTEN',
        after: { '1h': 'WRITTEN' },
      },
    }),
    ['on', 'done', 'failed', 'after'].map((member) => `final-with-exits /states/SENT/${member}`),
  ],
  [
    'a circle without an end',
    withStates({ SENT: { on: { return: 'WRITTEN' } } }),
    ['no-way-to-final /states/WRITTEN', 'no-way-to-final /states/SENT'],
  ],
  [
    'a circle beside an end',
    withStates({
      WRITTEN: { on: { send: 'SENT', turn: 'A' } },
      A: { on: { turn: 'B' } },
      B: { on: { turn: 'A' } },
    }),
    ['no-way-to-final /states/A', 'no-way-to-final /states/B'],
  ],
  [
    'an alternative behind one without a guard',
    withSend([{ to: 'SENT' }, { to: 'WRITTEN', when: 'data.x == 1' }]),
    ['alternative-unreachable /states/WRITTEN/on/send/1'],
  ],
  [
    'an alternative behind one for the same roles',
    withSend([
      { to: 'SENT', roles: ['a', 'b'] },
      { to: 'WRITTEN', roles: ['b', 'admin'] },
    ]),
    ['alternative-unreachable /states/WRITTEN/on/send/1'],
  ],
  [
    'an alternative behind a guard that always holds',
    withSend([{ to: 'SENT', when: 'true' }, { to: 'WRITTEN' }]),
    ['alternative-unreachable /states/WRITTEN/on/send/1', 'guard-constant /states/WRITTEN/on/send/0/when'],
  ],
  [
    'two alternatives with one guard',
    withSend([
      { to: 'SENT', when: 'data.x > 1' },
      { to: 'WRITTEN', when: { cel: '(data.x>1)' } },
    ]),
    ['alternative-repeats-guard /states/WRITTEN/on/send/1'],
  ],
  [
    'an alternative behind one that starts work',
    withSend([{ run: { task: 'stock.check' }, done: 'SENT' }, { to: 'SENT' }]),
    ['alternative-unreachable /states/WRITTEN/on/send/1'],
  ],
  [
    'rules that never hold, or ask for nobody',
    withSend({
      run: {
        task: 'order.check',
        rules: [
          { cel: "order.status == 'SENT'", message: 'a' },
          { cel: 'has(data.x)', message: 'b' },
        ],
      },
      done: 'SENT',
    }),
    [
      'guard-invalid /states/WRITTEN/on/send/run/rules/1/cel',
      'guard-constant /states/WRITTEN/on/send/run/rules/0/cel',
    ],
  ],
  [
    'rules of an undo, which runs in any state',
    withSend({
      run: {
        task: 'stock.check',
        undo: {
          task: 'order.check',
          rules: [
            { cel: "order.status == 'SENT'", message: 'a' },
            { cel: '1 > 2', message: 'b' },
          ],
        },
      },
      done: 'SENT',
    }),
    [
      'undo-invalid /states/WRITTEN/on/send/run/undo/task',
      'guard-constant /states/WRITTEN/on/send/run/undo/rules/1/cel',
    ],
  ],
  [
    'a guard of no meaning',
    withSend({ to: 'SENT', when: 'order.total > 1' }),
    ['guard-invalid /states/WRITTEN/on/send/when'],
  ],
  [
    'an empty guard',
    withSend({ to: 'SENT', when: { cel: '' } }),
    ['guard-invalid /states/WRITTEN/on/send/when/cel'],
  ],
  [
    'money as text',
    withSend({ to: 'SENT', when: "order.amount_total > '100'" }),
    ['money-compared-with-string /states/WRITTEN/on/send/when'],
  ],
  [
    'money as a number',
    withSend({ to: 'SENT', when: 'order.amount_total > 100' }),
    ['money-compared-with-number /states/WRITTEN/on/send/when'],
  ],
  [
    'a guard that always holds',
    withSend({ to: 'SENT', when: '1 < 2' }),
    ['guard-constant /states/WRITTEN/on/send/when'],
  ],
  [
    'two events to one state',
    withWritten({ on: { send: 'SENT', mail: 'SENT' } }),
    ['ambiguous-target /states/WRITTEN/on/mail'],
  ],
];

/** All findings of a definition or a text, as its writer would see them. */
function findingsOf(broken: unknown): readonly Finding[] {
  const { yaml, json } = broken as { yaml?: string; json?: string };
  const parsed =
    yaml !== undefined
      ? parseText(yaml, 'yaml')
      : json !== undefined
        ? parseText(json, 'json')
        : parseDefinition(broken);
  return parsed.ok ? verifyWorkflow(parsed.definition) : parsed.findings;
}

describe('verifyWorkflow', () => {
  it('finds nothing in a good definition', () => {
    expect(findingsOf(GOOD)).toEqual([]);
  });

  it.each(BROKEN)('finds %s', (_what, broken, expected) => {
    const findings = findingsOf(broken);
    expect(findings.map(({ code, place }) => `${code} ${place}`)).toEqual(expected);
    for (const { code, severity, detail, advice } of findings) {
      expect(severity).toBe(FINDING_CODES[code].severity);
      expect(detail).toMatch(/^.{8,}/);
      expect(advice).toMatch(/^.{8,}[.?]$/);
    }
  });

  it('names the state that was meant', () => {
    expect(findingsOf(withSend('SEND'))[0]).toMatchObject({
      code: 'unknown-target',
      advice: 'Did you mean SENT?',
    });
  });

  it.each([
    [
      'alternatives for different roles',
      withSend([
        { to: 'SENT', roles: ['a'] },
        { to: 'WRITTEN', roles: ['b'] },
      ]),
    ],
    ['everybody behind a role', withSend([{ to: 'SENT', roles: ['a'] }, { to: 'WRITTEN' }])],
    [
      'an alternative without a reason behind one with',
      withSend([{ to: 'SENT', reason: 'required' }, { to: 'WRITTEN' }]),
    ],
    [
      'one guard for different roles',
      withSend([
        { to: 'SENT', when: 'data.x == 1', roles: ['a'] },
        { to: 'WRITTEN', when: 'data.x == 1' },
      ]),
    ],
    [
      'different guards',
      withSend([{ to: 'SENT', when: 'data.x == 1' }, { to: 'WRITTEN', when: 'data.x == 2' }, { to: 'SENT' }]),
    ],
    [
      'two events that start work towards one state',
      withWritten({ on: { send: 'SENT', mail: { run: { task: 'stock.check' }, done: 'SENT' } } }),
    ],
    ['a state that leads back to itself', withWritten({ on: { send: 'SENT', retouch: 'WRITTEN' } })],
    ['an initial state that is final', { name: 'x', initial: 'A', states: { A: { final: true } } }],
    ['an event called constructor', withSend('SENT')],
  ])('allows %s', (_what, definition) => {
    expect(findingsOf(definition)).toEqual([]);
  });

  it('shows errors before warnings, so that cutting a long list hides none', () => {
    const on = Object.fromEntries(
      Array.from({ length: 100 }, (_, i) => [`e${i}`, { to: 'SENT', when: 'true' }]),
    );
    const states = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`S${i}`, { on }]));
    const findings = findingsOf({ ...GOOD, initial: 'S0', states: { ...states, SENT: { final: true } } });
    expect(findings).toHaveLength(FINDINGS_MAX);
    expect(findings.filter(({ severity }) => severity === 'error')).toHaveLength(19);
    expect(findings[18]?.severity).toBe('error');
  });

  it('judges the form of a definition that was never parsed', () => {
    const unparsed = { ...GOOD, states: { ...GOOD.states, sent: {} } } as WorkflowDefinition;
    expect(verifyWorkflow(unparsed)).toMatchObject([{ code: 'name-invalid', place: '/states/sent' }]);
  });

  it('answers for any graph: no finding of states means that every state lies on a way to an end', () => {
    const target = fc.constantFrom('A', 'B', 'C', 'D', 'E');
    const maybe = fc.option(target, { nil: undefined, freq: 2 });
    const state = fc.record({
      final: fc.constantFrom(false, false, false, false, true),
      on: fc.dictionary(fc.constantFrom('x', 'y'), target),
      work: fc.option(fc.record({ done: target, failed: maybe }), { nil: undefined, freq: 2 }),
      timer: maybe,
      guardedTimer: maybe,
    });
    const ended: Sketch = { final: true, on: {}, work: undefined, timer: undefined, guardedTimer: undefined };
    const end = fc.oneof({ weight: 9, arbitrary: fc.constant(ended) }, { weight: 1, arbitrary: state });
    const definitions = fc.record({ A: state, B: state, C: state, D: end, E: end });
    let sound = 0;
    fc.assert(
      fc.property(definitions, (sketches) => {
        const states = Object.fromEntries(Object.entries(sketches).map(([name, one]) => [name, drawn(one)]));
        const found = verifyWorkflow({ name: 'x', initial: 'A', states });
        const expected = isSound(sketches);
        if (expected) sound++;
        expect(found.every(({ severity }) => severity === 'warning')).toBe(expected);
      }),
      { numRuns: 3_000 },
    );
    // A property that only ever saw broken graphs would prove half of it.
    expect(sound).toBeGreaterThan(20);
  });

  it('judges the largest definition in a moment', () => {
    const when = "order.items.exists(i, i.price > money('10')) && data.x == 1";
    const entries = Array.from({ length: 500 }, (_, from) => {
      const on = Object.fromEntries(
        Array.from({ length: 20 }, (_, i) => [`e${i}`, { to: `S${(from + i + 1) % 500}`, when }]),
      );
      return [`S${from}`, from === 499 ? { final: true } : { on }] as const;
    });
    const started = process.threadCpuUsage().user;
    expect(findingsOf({ name: 'x', initial: 'S0', states: Object.fromEntries(entries) })).toEqual([]);
    expect((process.threadCpuUsage().user - started) / 1_000).toBeLessThan(5_000);
  });
});

interface Sketch {
  readonly final: boolean;
  readonly on: Readonly<Record<string, string>>;
  readonly work: { readonly done: string; readonly failed: string | undefined } | undefined;
  readonly timer: string | undefined;
  readonly guardedTimer: string | undefined;
}

function drawn({ final, on, work, timer, guardedTimer }: Sketch): StateDefinition {
  const { done, failed } = work ?? {};
  return {
    final,
    on,
    ...(work === undefined ? {} : { run: { task: 'stock.check' } }),
    ...(done === undefined ? {} : { done }),
    ...(failed === undefined ? {} : { failed }),
    after: {
      ...(guardedTimer === undefined ? {} : { '1h': { to: guardedTimer, when: 'order.version > 3' } }),
      ...(timer === undefined ? {} : { '2h': timer }),
    },
  };
}

/** The same by brute force: follow every path. */
function isSound(states: Readonly<Record<string, Sketch>>): boolean {
  type Targets = (sketch: Sketch) => readonly (string | undefined)[];
  const alone: Targets = ({ work, timer }) => [work?.done, work?.failed, timer];
  const sure: Targets = (sketch) => [...Object.values(sketch.on), ...alone(sketch)];
  const all: Targets = (sketch) => [...sure(sketch), sketch.guardedTimer];
  const after = (start: string, targets: Targets) => {
    const seen = new Set<string>();
    const open = [start];
    for (const name of open) {
      for (const target of targets(states[name] as Sketch)) {
        if (target === undefined || seen.has(target)) continue;
        seen.add(target);
        open.push(target);
      }
    }
    return seen;
  };
  return Object.entries(states).every(([name, sketch]) => {
    const reached = name === 'A' || after('A', all).has(name);
    const left = (targets: Targets) => targets(sketch).some((target) => target !== undefined);
    const ends = sketch.final || [...after(name, sure)].some((other) => states[other]?.final);
    const circles = after(name, (one) => [...alone(one), one.guardedTimer]).has(name);
    return reached && (sketch.final ? !left(all) : left(sure)) && ends && !circles;
  });
}
