import type { LiveOrder, Task } from '../order/work.ts';
import type { Unit } from '../ports/store.ts';

/**
 * Who carries out tasks, as the commits see it: it may take a task over in the very commit that makes it, which spares the
 * search for it and a commit of its own.
 */
export interface WorkDesk {
  /** Takes a place for a task that would begin at once. Null if there is none free, or nobody here can carry it out. */
  reserve(name: string): { readonly claimedBy: string; readonly leaseUntil: number } | null;
  /** Gives places back whose tasks were not committed. */
  giveBack(count: number): void;
  /** A unit with tasks or timers was committed; `begun` are the tasks that were taken over in it. */
  committed(order: LiveOrder, unit: Unit, begun: readonly Task[]): void;
}

/** Nobody here carries out tasks: they wait until somebody claims them. */
export const NO_DESK: WorkDesk = {
  reserve: () => null,
  giveBack: () => undefined,
  committed: () => undefined,
};
