import { describe, expect, it } from 'vitest';
import { Gate } from './gate.ts';

/** Enters when it may, and stays until it is let out. */
function visitor(gate: Gate, alone: boolean) {
  const state = { inside: false, leave: (): void => undefined };
  const entered = gate.pass(alone).then((leave) => {
    state.inside = true;
    state.leave = () => {
      state.inside = false;
      leave();
    };
  });
  return { state, entered };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the gate', () => {
  it('lets many pass together', async () => {
    const gate = new Gate();
    const visitors = [visitor(gate, false), visitor(gate, false), visitor(gate, false)];
    await turn();
    expect(visitors.map(({ state }) => state.inside)).toEqual([true, true, true]);
  });

  it('lets one alone in only when nobody is inside, and nobody beside it', async () => {
    const gate = new Gate();
    const [one, other] = [visitor(gate, false), visitor(gate, false)];
    const alone = visitor(gate, true);
    await turn();
    one.state.leave();
    await turn();
    expect(alone.state.inside).toBe(false);
    other.state.leave();
    await alone.entered;
    const later = visitor(gate, false);
    await turn();
    expect(later.state.inside).toBe(false);
    alone.state.leave();
    await later.entered;
  });

  it('keeps the order of arrival: who comes after one that waits alone waits too, and then all enter together', async () => {
    const gate = new Gate();
    const first = visitor(gate, false);
    await first.entered;
    const alone = visitor(gate, true);
    const after = [visitor(gate, false), visitor(gate, false)];
    const last = visitor(gate, true);
    await turn();
    expect([alone, ...after, last].map(({ state }) => state.inside)).toEqual([false, false, false, false]);
    first.state.leave();
    await turn();
    expect([alone, ...after, last].map(({ state }) => state.inside)).toEqual([true, false, false, false]);
    alone.state.leave();
    await turn();
    expect([alone, ...after, last].map(({ state }) => state.inside)).toEqual([false, true, true, false]);
    for (const { state } of after) state.leave();
    await turn();
    expect(last.state.inside).toBe(true);
  });

  it('starves neither kind, however many of both come', async () => {
    const gate = new Gate();
    let inside = 0;
    let aloneInside = 0;
    const visits = Array.from({ length: 300 }, async (_, n) => {
      const alone = n % 7 === 0;
      const leave = await gate.pass(alone);
      inside++;
      if (alone) aloneInside++;
      expect(aloneInside === 0 || inside === 1).toBe(true);
      await turn();
      inside--;
      if (alone) aloneInside--;
      leave();
    });
    await Promise.all(visits);
    expect([inside, aloneInside]).toEqual([0, 0]);
  });
});
