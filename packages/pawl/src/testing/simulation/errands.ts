import type { JsonValue } from '../../order/order.ts';
import type { Chance } from './chance.ts';
import { never } from './host.ts';
import type { OutsideWorld } from './outside-world.ts';
import type { FaultRates } from './plan.ts';
import type { Schedule } from './schedule.ts';
import type { Trace } from './trace.ts';

/** How long an errand takes as a rule, and a slow one, at most, milliseconds. */
const QUICK_MS = 80;
const SLOW_MS = 12_000;
/** One that everybody has given up may still be done for so long. */
const LATE_MS = 25_000;

/** Something to be done in the world outside, for a step or for the undo of one. */
export interface Errand {
  readonly effectKey: string;
  readonly task: string;
  /** The effect key of the step that it takes back. */
  readonly undoes: string | null;
  /** What the order says is to come of it. */
  readonly fate: JsonValue | undefined;
  readonly amount: string | null;
}

export interface Errands {
  /** `busy`: not done, and may be another time. @throws where nobody can tell whether it was done. */
  run(errand: Errand): Promise<'done' | 'declined' | 'busy'>;
}

/** The way to the world outside: requests and answers get lost, take long, and arrive after everybody has stopped waiting. */
export function createErrands(tools: {
  readonly schedule: Schedule;
  readonly world: OutsideWorld;
  readonly chance: Chance;
  readonly rates: () => FaultRates;
  readonly trace: Trace;
}): Errands {
  const { schedule, world, chance, rates, trace } = tools;

  function carryOut(errand: Errand, how: string): 'done' | 'declined' {
    const { effectKey, task, undoes, fate, amount } = errand;
    trace(() => `${task} ${effectKey} ${how}`);
    if (undoes !== null) {
      world.takeBack(undoes);
      return 'done';
    }
    if (fate === 'declined') return 'declined';
    return world.perform(effectKey, task, amount) ? 'done' : 'declined';
  }

  return {
    async run(errand) {
      const { effectBusy, effectFails, effectReplyLost, effectHangs, effectLate, effectSlow } = rates();
      await schedule.wait(chance.fraction() * (chance.happens(effectSlow) ? SLOW_MS : QUICK_MS));
      if (chance.happens(effectBusy)) return 'busy';
      if (chance.happens(effectFails)) {
        trace(() => `${errand.task} ${errand.effectKey} fails`);
        throw new Error('simulated: it failed');
      }
      if (chance.happens(effectLate)) {
        schedule.in(chance.fraction() * LATE_MS, () => void carryOut(errand, 'happens late'));
        throw new Error('simulated: it was given up');
      }
      if (chance.happens(effectHangs)) {
        if (chance.happens(0.5)) carryOut(errand, 'happens, and is not answered');
        return never();
      }
      const end = carryOut(errand, 'happens');
      await schedule.wait(chance.fraction() * QUICK_MS);
      if (chance.happens(effectReplyLost)) throw new Error('simulated: its answer was lost');
      return end;
    },
  };
}
