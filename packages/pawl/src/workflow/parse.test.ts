import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from './finding.ts';
import { parseDefinition, parseText, TEXT_MAX } from './parse.ts';
import { checkShape } from './shape/shape.ts';
import { verifyWorkflow } from './verify.ts';

const LETTER = {
  name: 'letter',
  initial: 'WRITTEN',
  states: { WRITTEN: { on: { send: 'SENT' } }, SENT: { final: true } },
};

const YAML = `# A letter.
name: letter
initial: WRITTEN
states:
  WRITTEN:
    on: { send: SENT }
  SENT:
    final: true
`;

function findingsOf(result: { ok: boolean; findings?: readonly Finding[] }): readonly Finding[] {
  return result.findings ?? [];
}

describe('parseDefinition', () => {
  it('copies what it accepts', () => {
    const value = structuredClone(LETTER);
    const parsed = parseDefinition(value);
    value.states.WRITTEN.on.send = 'ELSEWHERE';
    expect(parsed).toEqual({ ok: true, definition: LETTER });
  });

  it('takes the long and the short form of transitions and guards', () => {
    const on = {
      send: {
        to: 'SENT',
        when: { cel: 'true', reason: 'why' },
        roles: ['clerk', 'Order.Manager'],
        reason: 'required',
      },
      hand_over: [{ to: 'SENT', when: 'data.x == 1' }, { to: 'SENT' }],
    };
    expect(parseDefinition({ ...LETTER, states: { ...LETTER.states, WRITTEN: { on } } }).ok).toBe(true);
  });

  it.each([undefined, null, 1, 'text', [], new Map(), new Date(0), () => 1])(
    'refuses %s as no object',
    (value) => {
      expect(findingsOf(parseDefinition(value))).toMatchObject([{ code: 'wrong-type', place: '' }]);
    },
  );

  it('reports everything that is wrong, each at its place', () => {
    const findings = findingsOf(
      parseDefinition({
        name: 'Letter',
        initial: 'WRITTEN',
        inital: 'WRITTEN',
        states: {
          written: {},
          SENT: { final: 'yes', on: { waiting: 'SENT', send: { two: 'SENT', run: [] }, 'a/b': [] } },
        },
      }),
    );
    expect(findings.map(({ code, place }) => [code, place])).toEqual([
      ['name-invalid', '/name'],
      ['unknown-member', '/inital'],
      ['name-invalid', '/states/written'],
      ['wrong-type', '/states/SENT/final'],
      ['name-reserved', '/states/SENT/on/waiting'],
      ['missing-member', '/states/SENT/on/send'],
      ['unknown-member', '/states/SENT/on/send/two'],
      ['empty-work', '/states/SENT/on/send/run'],
      ['name-invalid', '/states/SENT/on/a~1b'],
      ['empty-alternatives', '/states/SENT/on/a~1b'],
    ]);
    expect(findings[1]?.advice).toBe('Did you mean `initial`?');
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
    'takes %s as data, never as behaviour',
    (key) => {
      const state = parseText(
        `{"name":"x","initial":"A","states":{"${key}":{"final":true},"A":{"final":true}}}`,
        'json',
      );
      expect(findingsOf(state)).toMatchObject([{ code: 'name-invalid', place: `/states/${key}` }]);
      const member = parseText(
        `{"name":"x","initial":"A","states":{"A":{"final":true}},"${key}":{"final":true}}`,
        'json',
      );
      expect(findingsOf(member)).toMatchObject([{ code: 'unknown-member', place: `/${key}` }]);
      const event = parseText(
        `name: x\ninitial: A\nstates:\n  A: { on: { ${key}: B } }\n  B: { final: true }\n`,
        'yaml',
      );
      if (key === 'constructor') expect(event).toMatchObject({ ok: true });
      else
        expect(findingsOf(event)).toMatchObject([
          { code: 'name-invalid', place: `/states/A/on/${key}`, line: 4 },
        ]);
    },
  );

  it('never throws, and finds nothing twice', () => {
    fc.assert(
      fc.property(fc.anything({ withMap: true, withNullPrototype: true, withSparseArray: true }), (value) => {
        const findings = checkShape(value);
        expect(new Set(findings.map((one) => JSON.stringify(one))).size).toBe(findings.length);
      }),
    );
  });
});

describe('parseText', () => {
  it('reads JSON and YAML alike', () => {
    expect(parseText(JSON.stringify(LETTER), 'json')).toMatchObject({ ok: true, definition: LETTER });
    expect(parseText(YAML, 'yaml')).toMatchObject({ ok: true, definition: LETTER });
    expect(parseText(JSON.stringify(LETTER, null, 2), 'yaml')).toMatchObject({
      ok: true,
      definition: LETTER,
    });
  });

  it('gives line and column of what has the wrong form', () => {
    expect(findingsOf(parseText(YAML.replace('final: true', 'fianl: true'), 'yaml'))).toMatchObject([
      { code: 'unknown-member', place: '/states/SENT/fianl', line: 8, column: 5 },
    ]);
    expect(
      findingsOf(parseText('{\n  "name": "x",\n  "initial": "A",\n "state": {} }', 'json')),
    ).toMatchObject([
      { code: 'missing-member', place: '', line: 1, column: 1 },
      { code: 'unknown-member', place: '/state', line: 4, column: 2 },
    ]);
  });

  it.each(['yaml', 'json'] as const)('gives line and column of what verification finds in %s', (format) => {
    const broken = { ...LETTER, states: { ...LETTER.states, WRITTEN: { on: { send: 'SEND' } } } };
    const text = format === 'yaml' ? YAML.replace('SENT }', 'SEND }') : JSON.stringify(broken, null, 2);
    const parsed = parseText(text, format);
    if (!parsed.ok) throw new Error('it parses');
    expect(parsed.locate(verifyWorkflow(parsed.definition))[0]).toMatchObject({
      code: 'unknown-target',
      place: '/states/WRITTEN/on/send',
      ...(format === 'yaml' ? { line: 6, column: 11 } : { line: 7, column: 9 }),
    });
  });

  it.each([
    ['/states/SENT/final/deeper', 8],
    ['/states/SENT/absent', 7],
    ['/absent', 2],
    ['', 2],
  ])(
    'gives the place %j, which the text may not show, the line of the nearest one around it',
    (place, line) => {
      const parsed = parseText(YAML, 'yaml');
      if (!parsed.ok) throw new Error('it parses');
      const finding = { code: 'dead-end', severity: 'error', place, detail: '', advice: '' } as const;
      expect(parsed.locate([finding])).toMatchObject([{ place, line }]);
    },
  );

  it('refuses a text that is too large before reading it', () => {
    expect(findingsOf(parseText(' '.repeat(TEXT_MAX + 1), 'yaml'))).toMatchObject([
      { code: 'text-too-large' },
    ]);
  });
});
