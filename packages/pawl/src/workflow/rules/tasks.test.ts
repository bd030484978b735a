import { describe, expect, it } from 'vitest';
import { BUILT_IN_TASKS } from '../built-in-tasks.ts';
import type { StepDefinition, WorkflowDefinition } from '../definition.ts';
import { verifyWorkflow } from '../verify.ts';

function findingsOf(step: StepDefinition, tasks: WorkflowDefinition['tasks'] = {}) {
  const A = { on: { go: { run: [{ task: 'stock.check' }, step], done: 'B' } } };
  const states = { A, B: { final: true } };
  return verifyWorkflow({ name: 'x', initial: 'A', tasks, states });
}

function summary(step: StepDefinition, tasks?: WorkflowDefinition['tasks']): readonly string[] {
  return findingsOf(step, tasks).map(
    ({ code, place }) => `${code} ${place.replace('/states/A/on/go/run', '')}`,
  );
}

/** Something for every member that only some tasks take. */
const MEMBERS = { rules: [], topic: 'people', url: 'https://mail.example/', with: {} };

/** What takes back the tasks that hold something. */
const UNDOS: Readonly<Record<string, string>> = {
  'stock.reserve': 'stock.release',
  'payment.charge': 'payment.refund',
};

describe('a step', () => {
  it.each([...BUILT_IN_TASKS])(
    'of %s has what the task needs, and nothing that it does not take',
    (task, traits) => {
      const needed = Object.keys(traits.takes).filter((member) => traits.takes[member]);
      const taken = Object.fromEntries(
        Object.entries(MEMBERS).filter(([member]) => Object.hasOwn(traits.takes, member)),
      );
      const undo = traits.holds === null ? {} : { undo: UNDOS[task] ?? '' };
      expect(summary({ task, ...taken, ...undo })).toEqual([]);
      expect(summary({ task, ...undo })).toEqual(needed.map(() => 'missing-member /1'));
      const strange = Object.keys(MEMBERS).filter((member) => !Object.hasOwn(traits.takes, member));
      expect(summary({ task, ...MEMBERS, ...undo })).toEqual(
        strange.map((one) => `member-not-taken /1/${one}`),
      );
    },
  );

  it('of a declared task takes `with` alone', () => {
    expect(summary({ task: 'mail', with: { a: 1 } }, { mail: {} })).toEqual([]);
    expect(summary({ task: 'mail', ...MEMBERS }, { mail: {} })).toEqual([
      'member-not-taken /1/rules',
      'member-not-taken /1/topic',
      'member-not-taken /1/url',
    ]);
  });

  it.each([
    ['stock.chek', 'Did you mean stock.check?'],
    ['mial', 'Did you mean mail?'],
    ['q', expect.stringMatching(/^Declare it in `tasks`, or use mail, stock\.check/)],
  ])('of %s names no task', (task, advice) => {
    expect(findingsOf({ task }, { mail: {} })[0]).toMatchObject({ code: 'unknown-task', advice });
  });

  it('takes no name of a prototype for a declared task', () => {
    expect(summary({ task: 'constructor' })).toEqual(['unknown-task /1/task']);
  });
});

describe('an undo', () => {
  it('is a task like any other', () => {
    expect(summary({ task: 'notify', topic: 'a', undo: 'letter.burn' })).toEqual(['unknown-task /1/undo']);
    expect(summary({ task: 'notify', topic: 'a', undo: 'http' })).toEqual(['missing-member /1/undo']);
    const undo = { task: 'http', url: 'https://mail.example/', topic: 'a' };
    expect(summary({ task: 'notify', topic: 'a', undo })).toEqual(['member-not-taken /1/undo/topic']);
    expect(summary({ task: 'notify', topic: 'a', undo: { task: 'letter.burn' } })).toEqual([
      'unknown-task /1/undo/task',
    ]);
  });

  it('takes back the task that it is made for, and no other', () => {
    const wrong = (undo: string) => findingsOf({ task: 'stock.reserve', undo })[0];
    expect(wrong('payment.refund')).toMatchObject({
      code: 'undo-invalid',
      detail: 'payment.refund takes back payment.charge, not stock.reserve.',
    });
    expect(wrong('stock.check')).toMatchObject({
      code: 'undo-invalid',
      detail: 'stock.check takes nothing back.',
    });
    expect(summary({ task: 'stock.reserve', undo: 'stock.release' })).toEqual([]);
    expect(summary({ task: 'stock.reserve', undo: { task: 'http', url: 'https://x.example/' } })).toEqual([]);
  });

  it('of a declaration is judged there, once', () => {
    expect(summary({ task: 'mail' }, { mail: { undo: 'letter.burn' } })).toEqual([
      'unknown-task /tasks/mail/undo',
    ]);
    expect(summary({ task: 'mail' }, { mail: { undo: 'http' } })).toEqual([
      'missing-member /tasks/mail/undo',
    ]);
  });
});

describe('a declared task', () => {
  it('is used by a step, an undo, or the undo of another', () => {
    const tasks = { mail: { undo: 'recall' }, recall: {}, burn: {} };
    expect(summary({ task: 'mail' }, tasks)).toEqual(['unused-task /tasks/burn']);
    expect(summary({ task: 'mail', undo: 'burn' }, tasks)).toEqual([]);
  });

  it('is not used by itself', () => {
    expect(summary({ task: 'stock.check' }, { mail: { undo: 'mail' } })).toEqual(['unused-task /tasks/mail']);
  });
});
