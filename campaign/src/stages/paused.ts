import { setTimeout as sleep } from 'node:timers/promises';
import { Drill } from '../drill/drill.ts';
import type { Stage } from './stage.ts';

const CLIENTS = 10;
/** Pauses of one slice. */
const PAUSES = 5;
/** How long a server works before it stands still, at most: milliseconds. */
const WORK_MS = 2_000;
/** How long it stands still, milliseconds: longer than any lease, and up to longer than the database lets a transaction wait. */
const PAUSE_MS = { min: 5_000, max: 15_000 } as const;

export interface PausedOptions {
  readonly pauses?: number;
  readonly pauseMs?: { readonly min: number; readonly max: number };
}

/** A server stands still in the middle of its work (SIGSTOP), loses all that it holds to the other, and goes on as if nothing had been. */
export function paused({ pauses = PAUSES, pauseMs = PAUSE_MS }: PausedOptions = {}): Stage {
  return {
    name: 'paused',
    async run(ground) {
      const { chance, until } = ground;
      const drill = await Drill.begin(ground, { clients: CLIENTS });
      const counts = { pauses: 0, 'seconds of pause': 0 };
      for (; counts.pauses < pauses && performance.now() < until; counts.pauses++) {
        await sleep(chance.fraction() * WORK_MS);
        const node = chance.pick(drill.nodes);
        const ms = chance.int(pauseMs.min, pauseMs.max);
        await node.freeze();
        await sleep(ms);
        node.thaw();
        counts['seconds of pause'] += Math.round(ms / 1_000);
      }
      const { counts: done, findings } = await drill.end();
      return { counts: { ...counts, ...done }, findings };
    },
  };
}
