import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { WorkflowDefinition } from './definition.ts';
import { toMermaid } from './diagram.ts';

const PURCHASE: WorkflowDefinition = {
  name: 'purchase',
  initial: 'REQUESTED',
  states: {
    REQUESTED: {
      editable: true,
      on: {
        approve: [
          { to: 'END', when: { cel: 'data.x == 1', reason: 'too dear' }, roles: ['clerk', 'buyer'] },
          { to: 'END', when: 'data.note != "a:b;\n%%c"', reason: 'required' },
        ],
      },
    },
    END: { final: true },
  },
};

it('draws states, what is asked of each transition, and the ends', () => {
  expect(toMermaid(PURCHASE)).toBe(`stateDiagram-v2
  state "REQUESTED<br/>editable" as s_REQUESTED
  state "END" as s_END
  [*] --> s_REQUESTED
  s_REQUESTED --> s_END: approve<br/>[too dear]<br/>(clerk or buyer)
  s_REQUESTED --> s_END: approve<br/>[data.note #33;= #34;a#58;b#59; #37;#37;c#34;]<br/>with a reason
  s_END --> [*]
`);
});

it('lets nothing that is written in a guard end its line or its label', () => {
  const plain = toMermaid(labelled('x')).split('\n').length;
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const lines = toMermaid(labelled(text)).split(/[\n\r\u2028\u2029]/u);
      expect(lines).toHaveLength(plain);
      const label = lines.find((line) => line.includes(': go'))?.split(': go')[1] ?? '';
      expect(label.replaceAll('<br/>', '').replaceAll(/#\d+;/g, '')).not.toMatch(/[:;#%"<>{}`\\]/);
    }),
  );
});

it('is the same every time', () => {
  expect(toMermaid(structuredClone(PURCHASE))).toBe(toMermaid(PURCHASE));
});

function labelled(reason: string): WorkflowDefinition {
  return {
    name: 'x',
    initial: 'A',
    states: { A: { on: { go: { to: 'A', when: { cel: 'true', reason } } } } },
  };
}
