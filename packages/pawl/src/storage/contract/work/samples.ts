import { taskIdOf } from '../../../order/task-id.ts';
import type { Effect, LiveOrder, Run, Task, Timer } from '../../../order/work.ts';
import type { TaskChange, TimerChange, Unit } from '../../../ports/store.ts';

/** Long before any test began: what is due from then on is due. */
export const LONG_AGO = 1_700_000_000_000;
/** The last millisecond of the year 9999. */
export const FAR_AHEAD = 253_402_300_799_999;

export interface TaskOptions extends Partial<Omit<Task, 'id' | 'place'>> {
  readonly position?: number;
  readonly queue?: string;
}

/** A task of the order as a commit adds it: due, and claimed by nobody. */
export function taskOf(order: LiveOrder, options: TaskOptions = {}): Task {
  const { position = 0, queue = null, version = order.version, kind = 'step', ...given } = options;
  const id = taskIdOf({ orderId: order.id, version, position, queue, undo: kind === 'undo' });
  return {
    id,
    kind,
    name: 'label.print',
    place: { state: order.status, event: null, branch: 0, position },
    version,
    orphan: false,
    dead: false,
    input: { topic: 'naïve ☕', with: { n: 1.5, list: ['“𝒳”', null, true] } },
    createdAt: LONG_AGO,
    deadline: null,
    dueAt: LONG_AGO,
    attempts: 0,
    token: 0,
    leaseUntil: null,
    parked: false,
    claimedBy: null,
    uncertain: false,
    failures: [],
    ...given,
  };
}

export function timerOf(order: LiveOrder, dueAt: number, index = 0): Timer {
  return { enteredVersion: order.version, index, dueAt };
}

/** What a unit changes of the work of its order. */
export interface WorkChanges {
  readonly tasks?: readonly TaskChange[];
  readonly timers?: readonly TimerChange[];
  readonly effects?: readonly Effect[];
  readonly runs?: readonly Run[];
}

/** The unit with changes of its order's work, and with the order as they leave it. */
export function withWork<T extends Unit & { readonly order: LiveOrder }>(unit: T, changes: WorkChanges): T {
  const { tasks = [], timers = [] } = changes;
  const { work } = unit.order;
  const after = {
    tasks: tasks.reduce(changedTasks, work.tasks),
    timers: timers.reduce(changedTimers, work.timers),
    effects: changes.effects ?? work.effects,
    runs: changes.runs ?? work.runs,
  };
  return { ...unit, tasks, timers, order: { ...unit.order, work: after } };
}

/** The unit that adds tasks. */
export function withTasks<T extends Unit & { readonly order: LiveOrder }>(unit: T, ...tasks: Task[]): T {
  return withWork(unit, { tasks: tasks.map((task) => ({ kind: 'add', task })) });
}

function changedTasks(tasks: readonly Task[], { kind, task }: TaskChange): readonly Task[] {
  const others = tasks.filter(({ id }) => id !== task.id);
  if (kind === 'remove') return others;
  const changed = kind === 'orphan' ? { ...task, orphan: true } : task;
  return [...others, changed].sort(
    (one, other) => one.version - other.version || one.place.position - other.place.position,
  );
}

function changedTimers(timers: readonly Timer[], { kind, timer }: TimerChange): readonly Timer[] {
  const others = timers.filter(
    ({ enteredVersion, index }) => enteredVersion !== timer.enteredVersion || index !== timer.index,
  );
  return kind === 'remove' ? others : [...others, timer];
}
