import type { HistoryRecorder, OutsideWorld, VirtualClock } from 'pawl/testing';
import type { SupervisedEngine } from './engine.ts';

/** One run of the scenario: what all who take part in it share. */
export interface Run {
  readonly engine: SupervisedEngine;
  readonly clock: VirtualClock;
  readonly recorder: HistoryRecorder;
  readonly world: OutsideWorld;
  readonly tenant: number;
  /** Whether workers and readers of the feed go on. */
  isOpen: boolean;
}

/** Lets time pass, but none while the store is at work: it may be on threads and disks, which know another time. */
export async function passTime({ clock, engine }: Pick<Run, 'clock' | 'engine'>, ms: number): Promise<void> {
  const until = clock.monotonic() + ms;
  do {
    do {
      await Promise.allSettled(engine.inFlight);
      await clock.settle();
    } while (engine.inFlight.length > 0);
  } while (clock.step(until));
}

/** Time that passes between two looks whether something is over, milliseconds. */
const LOOK_MS = 250;

/** Lets time pass until that is over. */
export async function passTimeDuring(
  run: Pick<Run, 'clock' | 'engine'>,
  doing: Promise<void>,
): Promise<void> {
  let isOver = false;
  const over = doing.finally(() => {
    isOver = true;
  });
  while (!isOver) await passTime(run, LOOK_MS);
  await over;
}
