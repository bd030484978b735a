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

const DROP: WorkflowDefinition = {
  name: 'drop',
  initial: 'ASKED',
  states: {
    ASKED: {
      run: [
        { task: 'stock.check' },
        {
          all: [
            { task: 'stock.reserve', undo: 'stock.release' },
            { task: 'notify', topic: 'asked' },
          ],
        },
      ],
      done: 'HELD',
      failed: 'LOST',
    },
    HELD: {
      on: {
        pay: {
          run: { task: 'payment.charge', undo: 'payment.refund' },
          done: 'SOLD',
          failed: 'HELD',
          roles: ['buyer'],
        },
        tell: { run: { task: 'notify', topic: 'held' }, done: 'HELD', when: 'has(data.who)' },
      },
      after: {
        '30m': 'LOST',
        '10m': { to: 'SOLD', when: { cel: 'has(order.metadata.vip)', reason: 'vip' } },
      },
    },
    SOLD: { final: true, review: {} },
    LOST: { final: true, compensate: true, review: { redrive: 'ASKED' } },
  },
};

it('draws work, timers, undo and redrives', () => {
  expect(toMermaid(DROP)).toBe(`stateDiagram-v2
  state "ASKED<br/>stock.check, stock.reserve + notify asked" as s_ASKED
  state "HELD" as s_HELD
  state "SOLD<br/>review" as s_SOLD
  state "LOST<br/>undoes completed steps<br/>review" as s_LOST
  [*] --> s_ASKED
  s_ASKED --> s_HELD: done
  s_ASKED --> s_LOST: failed
  s_HELD --> s_SOLD: pay<br/>(buyer)<br/>payment.charge done
  s_HELD --> s_HELD: pay<br/>(buyer)<br/>payment.charge failed
  s_HELD --> s_HELD: tell<br/>[has(data.who)]<br/>notify held done
  s_HELD --> s_LOST: after 30m
  s_HELD --> s_SOLD: after 10m<br/>[vip]
  s_LOST --> s_ASKED: redrive
  s_SOLD --> [*]
  s_LOST --> [*]
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
  for (const definition of [PURCHASE, DROP])
    expect(toMermaid(structuredClone(definition))).toBe(toMermaid(definition));
});

function labelled(reason: string): WorkflowDefinition {
  return {
    name: 'x',
    initial: 'A',
    states: { A: { on: { go: { to: 'A', when: { cel: 'true', reason } } } } },
  };
}
