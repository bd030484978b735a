import type { Task, Timer } from '../../../order/work.ts';
import { leaseExpected, type TaskChange, type TimerChange } from '../../../ports/store.ts';

/** What becomes of a task, whatever the unit has done to it on the way. */
export interface TaskStep {
  readonly id: string;
  /** The token that the row must have; null if there must be none. */
  readonly token: number | null;
  /** The lease that the row must have; undefined where it does not matter. */
  readonly lease: Task['leaseUntil'] | undefined;
  /** The row as it becomes; `orphan` changes nothing else of it; null if there is none. */
  readonly becomes: Task | 'orphan' | null;
}

export interface TimerStep {
  readonly timer: Timer;
  /** Whether it must be there before, and is to be there after. */
  readonly there: boolean;
  readonly added: boolean;
}

/** One step for each task; undefined if the changes contradict each other, so that they cannot fit any rows. */
export function taskSteps(changes: readonly TaskChange[]): readonly TaskStep[] | undefined {
  const steps = new Map<string, TaskStep>();
  for (const change of changes) {
    const { kind, task } = change;
    const { id, token } = task;
    const lease = leaseExpected(change);
    const before = steps.get(id);
    if (before === undefined) {
      const becomes = kind === 'remove' ? null : kind === 'orphan' ? 'orphan' : task;
      steps.set(id, { id, token: kind === 'add' ? null : token, lease, becomes });
      continue;
    }
    const becomes = changed(before, change);
    if (becomes === undefined) return undefined;
    // The row itself is judged by the first change that looks at its lease.
    steps.set(id, { ...before, lease: before.becomes === 'orphan' ? lease : before.lease, becomes });
  }
  return [...steps.values()];
}

function changed({ token, becomes }: TaskStep, change: TaskChange): TaskStep['becomes'] | undefined {
  const { kind, task } = change;
  if (kind === 'add') return becomes === null ? task : undefined;
  const held = becomes === 'orphan' ? token : becomes?.token;
  if (held !== task.token) return undefined;
  const lease = leaseExpected(change);
  if (becomes !== 'orphan' && lease !== undefined && lease !== becomes?.leaseUntil) return undefined;
  if (kind === 'remove') return null;
  if (kind === 'replace') return task;
  return becomes === 'orphan' || becomes === null ? 'orphan' : { ...becomes, orphan: true };
}

/** One step for each timer; undefined if the changes contradict each other. */
export function timerSteps(changes: readonly TimerChange[]): readonly TimerStep[] | undefined {
  const steps = new Map<string, TimerStep>();
  for (const { kind, timer } of changes) {
    const key = `${timer.enteredVersion} ${timer.index}`;
    const before = steps.get(key);
    const added = kind === 'add';
    if (before?.added === added) return undefined;
    steps.set(key, { timer, there: before?.there ?? !added, added });
  }
  return [...steps.values()];
}
