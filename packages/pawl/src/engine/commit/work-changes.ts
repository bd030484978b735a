import type { Task, Timer, Work } from '../../order/work.ts';
import type { TaskChange, TimerChange } from '../../ports/store.ts';

/** What a unit changes about the rows of work: the difference between what was under way before it and after it. */
export function workChanges(
  before: Work,
  after: Work,
): { readonly tasks: readonly TaskChange[]; readonly timers: readonly TimerChange[] } {
  // Also where both are NO_WORK, as for most orders.
  if (before === after) return NOTHING;
  return { tasks: taskChanges(before.tasks, after.tasks), timers: timerChanges(before.timers, after.timers) };
}

const NOTHING = { tasks: [], timers: [] };

function taskChanges(before: readonly Task[], after: readonly Task[]): readonly TaskChange[] {
  const known = new Map(before.map((task) => [task.id, task]));
  const changes: TaskChange[] = [];
  for (const task of after) {
    const old = known.get(task.id);
    known.delete(task.id);
    if (old === undefined) changes.push({ kind: 'add', task });
    else if (old !== task) {
      changes.push(
        isLeftRunning(old, task)
          ? { kind: 'orphan', task }
          : { kind: 'replace', task, leaseBefore: old.leaseUntil },
      );
    }
  }
  for (const task of known.values()) changes.push({ kind: 'remove', task });
  return changes;
}

/** Its holder may be extending the lease, so that the rest of the row is not ours to write. Nobody holds what was dead. */
function isLeftRunning(old: Task, task: Task): boolean {
  return task.orphan && !old.orphan && !old.dead;
}

function timerChanges(before: readonly Timer[], after: readonly Timer[]): readonly TimerChange[] {
  return [
    ...before.filter((timer) => !after.includes(timer)).map((timer) => ({ kind: 'remove', timer }) as const),
    ...after.filter((timer) => !before.includes(timer)).map((timer) => ({ kind: 'add', timer }) as const),
  ];
}
