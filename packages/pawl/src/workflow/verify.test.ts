import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WorkflowDefinition } from './definition.ts';
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
    const names = ['A', 'B', 'C', 'D', 'E'];
    const state = fc.record({
      final: fc.boolean(),
      on: fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.constantFrom(...names)),
    });
    const definitions = fc.record({ A: state, B: state, C: state, D: state, E: state });
    fc.assert(
      fc.property(definitions, (states) => {
        const definition: WorkflowDefinition = { name: 'x', initial: 'A', states };
        const sound = verifyWorkflow(definition).every(({ severity }) => severity === 'warning');
        expect(sound).toBe(isSound(states));
      }),
      { numRuns: 1_000 },
    );
  });

  it('judges the largest definition in a moment', () => {
    const when = "order.items.exists(i, i.price > money('10')) && data.x == 1";
    const entries = Array.from({ length: 500 }, (_, from) => {
      const on = Object.fromEntries(
        Array.from({ length: 20 }, (_, i) => [`e${i}`, { to: `S${(from + i + 1) % 500}`, when }]),
      );
      return [`S${from}`, from === 499 ? { final: true } : { on }] as const;
    });
    const started = performance.now();
    expect(findingsOf({ name: 'x', initial: 'S0', states: Object.fromEntries(entries) })).toEqual([]);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

/** The same by brute force: follow every path. */
function isSound(states: Record<string, { final: boolean; on: Record<string, string> }>): boolean {
  const from = (start: string) => {
    const seen = new Set([start]);
    for (const name of seen) for (const target of Object.values(states[name]?.on ?? {})) seen.add(target);
    return seen;
  };
  return Object.entries(states).every(([name, { final, on }]) => {
    const exits = Object.keys(on).length;
    const ends = [...from(name)].some((other) => states[other]?.final);
    return from('A').has(name) && (final ? exits === 0 : exits > 0) && ends;
  });
}
