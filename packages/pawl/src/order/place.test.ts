import { describe, expect, it } from 'vitest';
import { Life, type States } from '../testing/life/life.ts';
import { compileWorkflow } from '../workflow/compile.ts';
import { actionOf, stepAt } from './place.ts';
import type { StepPlace, Work } from './work.ts';

const STATES: States = {
  A: {
    run: [{ task: 'pack' }, { task: 'label', undo: 'void' }],
    done: 'END',
    on: { pay: { run: { task: 'pack' }, done: 'END' } },
  },
  END: { final: true },
};
const TASKS = { pack: {}, label: {}, void: {} };
const { compiled } = new Life(STATES, { tasks: TASKS }).workflow;

const place = (more: Partial<StepPlace>): StepPlace => ({
  state: 'A',
  event: null,
  branch: 0,
  position: 0,
  ...more,
});

it('finds the step of a state’s work and of an event’s', () => {
  expect(stepAt(compiled, place({ position: 1 })).task).toBe('label');
  expect(stepAt(compiled, place({ event: 'pay' })).task).toBe('pack');
});

it('finds what a task carries out: its step, or the undo of its step', () => {
  expect(actionOf(compiled, { kind: 'step', place: place({ position: 1 }) }).task).toBe('label');
  expect(actionOf(compiled, { kind: 'undo', place: place({ position: 1 }) }).task).toBe('void');
});

it.each([
  [{ state: 'GONE' }, 'life has no state GONE'],
  [{ state: 'END' }, 'life has no work of the state at END'],
  [{ event: 'gone' }, 'life has no work of gone at A'],
  [{ event: 'pay', branch: 1 }, 'life has no work of pay at A'],
  [{ position: 2 }, 'life has no step 2 of the state at A'],
  [{ event: 'pay', position: 1 }, 'life has no step 1 of pay at A'],
])('throws for the place %j, which the definition does not have', (more, message) => {
  expect(() => stepAt(compiled, place(more))).toThrow(new TypeError(message));
});

it('throws for an undo that the definition does not have', () => {
  expect(() => actionOf(compiled, { kind: 'undo', place: place({}) })).toThrow(
    new TypeError('life has no undo of pack at A'),
  );
});

/** A row is only ever decided by the definition that made it. What contradicts that is a fault, and no command of anybody’s. */
describe('an order whose row contradicts its definition', () => {
  function tampered(change: (work: Work) => Partial<Work>): Life {
    const life = new Life(STATES, { tasks: TASKS });
    life.event('pay');
    life.tamper({ work: { ...life.order.work, ...change(life.order.work) } });
    return life;
  }

  it('is not decided on in a state that there is not', () => {
    const life = new Life(STATES, { tasks: TASKS });
    life.tamper({ status: 'GONE' });
    expect(() => life.event('pay')).toThrow('life has no state GONE');
  });

  it('is not decided on where a task belongs to no run', () => {
    const life = tampered(({ runs }) => ({ runs: runs.filter(({ event }) => event !== null) }));
    expect(() => life.done('1:0')).toThrow(/1:0 belongs to no run/);
  });

  it('is not decided on where the work under way is of an alternative that there is not', () => {
    const life = tampered(({ runs }) => ({ runs: runs.map((run) => ({ ...run, branch: 3 })) }));
    expect(() => life.event('pay')).toThrow('A has no alternative 3 of pay');
  });

  it('has no timer to fire that its state does not have', () => {
    const life = new Life(STATES, { tasks: TASKS });
    const timer = { enteredVersion: 1, index: 0, dueAt: life.now };
    life.tamper({ work: { ...life.order.work, timers: [timer] } });
    expect(life.fire()).toBe('timer-gone');
  });

  it('is not created a second time', () => {
    const life = new Life(STATES, { tasks: TASKS });
    const fields = { externalId: null, customerId: null, currency: 'USD', metadata: {} };
    const items = [{ sku: 'A', qty: 1, price: '1' }];
    expect(() => life.send({ kind: 'create', ...fields, items })).toThrow(
      new RangeError(`the new id ${life.order.id} is an order's already`),
    );
  });
});

/** Stored definitions are compiled at every start without being verified again: what is refused today may have been let in. */
describe('a definition that would be refused today', () => {
  function unverified(states: States): Life {
    const all = { ...states, END: { final: true }, BAD: { final: true, compensate: true } };
    const workflow = compileWorkflow({ name: 'old', initial: 'A', tasks: TASKS, states: all });
    return new Life({ compiled: workflow, version: 1, hash: 'f'.repeat(64) }, { stock: { A: 9 } });
  }

  it('gives nothing back by the undo of a step that has reserved nothing, whatever the step has told', () => {
    const life = unverified({
      A: { run: { task: 'pack', undo: 'stock.release' }, done: 'B' },
      B: { on: { cancel: 'BAD' } },
    });
    life.done('1:0', { lines: [{ sku: 'A', qty: 5 }] });
    expect(life.event('cancel')).toBe('BAD 4');
    expect(life.trail(3)).toEqual(['compensated stock.release done in BAD']);
    expect(life.stock).toEqual([]);
  });

  it('takes nothing back by a local task that takes nothing back', () => {
    const life = unverified({
      A: { run: { task: 'pack', undo: 'stock.check' }, done: 'B' },
      B: { on: { cancel: 'BAD' } },
    });
    life.done('1:0');
    expect(() => life.event('cancel')).toThrow('stock.check takes back no local step');
  });
});
