import type { LiveOrder } from '../../../order/work.ts';

export const FLAG_SETTLED = 1;
export const FLAG_BLOCKED = 2;
export const FLAG_AWAITS_REVIEW = 4;
/** The order has rows in `tasks`, or in `timers`: where it has none, nobody looks there. */
export const FLAG_TASKS = 8;
export const FLAG_TIMERS = 16;

export function flagsOf({ settled, blocked, awaitsReview, work }: LiveOrder): number {
  return (
    (settled ? FLAG_SETTLED : 0) |
    (blocked ? FLAG_BLOCKED : 0) |
    (awaitsReview ? FLAG_AWAITS_REVIEW : 0) |
    (work.tasks.length > 0 ? FLAG_TASKS : 0) |
    (work.timers.length > 0 ? FLAG_TIMERS : 0)
  );
}

/** What people have to look at, null for the many orders that need nobody. */
export function attentionOf(flags: number): number | null {
  const attention = flags & (FLAG_BLOCKED | FLAG_AWAITS_REVIEW);
  return attention === 0 ? null : attention;
}
