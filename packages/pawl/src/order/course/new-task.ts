import { BUILT_IN_TASKS } from '../../workflow/built-in-tasks.ts';
import type { TaskPolicy } from '../../workflow/compiled.ts';
import type { Task } from '../work.ts';
import type { Course } from './course.ts';

type Known = Pick<Task, 'id' | 'kind' | 'name' | 'place' | 'input'> & { readonly policy: TaskPolicy };

/** A row that nobody has claimed yet. `version` is in its id, so that it is known where the task begins. */
export function newTask(course: Course, { policy, ...known }: Known): Task {
  const { now } = course.facts;
  return {
    ...known,
    version: versionIn(known.id),
    orphan: false,
    dead: false,
    createdAt: now,
    deadline: deadlineOf(policy, now),
    dueAt: now,
    attempts: 0,
    token: 0,
    leaseUntil: null,
    parked: false,
    claimedBy: null,
    uncertain: false,
    failures: [],
  };
}

export function deadlineOf({ totalTimeoutMs }: TaskPolicy, now: number): number | null {
  return totalTimeoutMs === null ? null : now + totalTimeoutMs;
}

/** Whether a task needs nothing but the order and the stock. */
export function isLocal(task: string): boolean {
  return BUILT_IN_TASKS.get(task)?.local === true;
}

function versionIn(id: string): number {
  return Number(id.split(':')[1]);
}
