import { describe, expect, it } from 'vitest';
import { Life, type States } from '../testing/life/life.ts';

const MINUTE = 60_000;
const STATES: States = {
  A: {
    editable: true,
    on: { pay: 'B', hold: 'A', check: { run: { task: 'pack' }, done: 'B', failed: 'END' } },
    after: {
      '10m': { to: 'B', when: { cel: 'order.items.size() > 1', reason: 'only one line' } },
      '30m': 'END',
    },
  },
  B: { on: { back: 'A', finish: 'END' } },
  END: { final: true },
};

function life(): Life {
  return new Life(STATES, { tasks: { pack: {} } });
}

const edit = (lines: number) =>
  ({
    kind: 'edit',
    items: Array.from({ length: lines }, () => ({ sku: 'A', qty: 1, price: '1' })),
  }) as const;

describe('a timer', () => {
  it('is set when its state is entered', () => {
    const order = life();
    expect(order.order.work.timers).toEqual([
      { enteredVersion: 1, index: 0, dueAt: order.now + 10 * MINUTE },
      { enteredVersion: 1, index: 1, dueAt: order.now + 30 * MINUTE },
    ]);
  });

  it('moves the order when it is due, as the system, and not before', () => {
    const order = life();
    order.now += 30 * MINUTE - 1;
    expect(order.fire(1)).toBe('timer-gone');
    order.now += 1;
    expect(order.fire(1)).toBe('END 2');
    expect(order.trail(1)).toEqual(['transitioned to END']);
    expect(order.events[1]).toMatchObject({
      head: { actor: 0, event: null },
      payload: { data: { after: '30m' } },
    });
    expect(order.order.work.timers).toEqual([]);
  });

  it('with a guard that holds when it is due moves the order', () => {
    const order = life();
    order.send(edit(2));
    order.now += 10 * MINUTE;
    expect(order.fire(0)).toBe('B 3');
  });

  it('with a guard that does not hold is skipped, judged once, and the others stay', () => {
    const order = life();
    order.now += 10 * MINUTE;
    expect(order.fire(0)).toBe('A 2');
    expect(order.trail(1)).toEqual(['timer_skipped in A']);
    expect(order.events[1]?.payload).toMatchObject({ reason: 'only one line', data: { after: '10m' } });
    expect(order.events[1]?.head.actor).toBe(0);
    order.send(edit(2));
    expect(order.fire(0)).toBe('timer-gone');
    expect(order.order.work.timers.map(({ index }) => index)).toEqual([1]);
  });

  it('is not set anew by an edit, nor by work on an event', () => {
    const order = life();
    const { timers } = order.order.work;
    order.now += MINUTE;
    order.send(edit(2));
    order.event('check');
    expect(order.order.work.timers).toEqual(timers);
    order.now += 29 * MINUTE;
    expect(order.fire(1)).toBe('END 4');
  });

  it('goes with its state, and is set anew when that is entered again', () => {
    const order = life();
    order.event('pay');
    expect(order.order.work.timers).toEqual([]);
    order.now += MINUTE;
    order.event('back');
    expect(order.order.work.timers.map(({ dueAt }) => dueAt - order.now)).toEqual([10 * MINUTE, 30 * MINUTE]);
    order.now += 30 * MINUTE;
    expect(order.fire(1, 1), 'the timer of the first entry').toBe('timer-gone');
    expect(order.fire(1, 3)).toBe('END 4');
  });

  it('is set anew by an event that leads back to its own state', () => {
    const order = life();
    order.now += MINUTE;
    order.event('hold');
    expect(order.order).toMatchObject({ enteredVersion: 2 });
    expect(order.order.work.timers.map(({ dueAt }) => dueAt - order.now)).toEqual([10 * MINUTE, 30 * MINUTE]);
  });

  it('and the end of work that come together are decided one after the other: the second finds the first', () => {
    const timed: States = {
      A: { run: { task: 'pack' }, done: 'B', after: { '1m': 'END' } },
      B: { on: { finish: 'END' } },
      END: { final: true },
    };
    const first = new Life(timed, { tasks: { pack: {} } });
    first.claim('1:0');
    first.now += MINUTE;
    expect([first.done('1:0'), first.fire(0, 1)]).toEqual(['B 2', 'timer-gone']);
    const second = new Life(timed, { tasks: { pack: {} } });
    second.claim('1:0');
    second.now += MINUTE;
    expect([second.fire(), second.done('1:0')]).toEqual(['END 2', 'END 3']);
    expect(second.trail(1)).toEqual(['transitioned to END open', 'work_ended pack late in END']);
  });
});
