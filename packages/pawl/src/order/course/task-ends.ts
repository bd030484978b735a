import type { CompiledStep } from '../../workflow/compiled.ts';
import type { TaskOutcome } from '../command.ts';
import type { EventPayload, TaskEnd } from '../event.ts';
import type { JsonObject } from '../order.ts';
import { type AttemptFailure, FAILURE_CHARACTERS_MAX, FAILURES_MAX, type Task } from '../work.ts';
import type { Course, Entry } from './course.ts';
import { carryOut } from './local.ts';
import { isLocal } from './new-task.ts';
import { endStep, runOf } from './progress.ts';
import { endUndo, mayHaveHappened, queueUndo } from './undo.ts';

/** Who says that a task has ended, and how it is recorded. */
interface Teller {
  readonly type: 'work_ended' | 'resolved';
  readonly reason?: string | undefined;
  readonly token: number;
  readonly bySystem: boolean;
}

/** A task has ended: records it, and what follows for its run, its state and what it did. */
export function endTask(course: Course, task: Task, outcome: TaskOutcome, teller: Teller): void {
  if (task.kind === 'undo') endUndoTask(course, task, outcome, teller);
  else if (task.orphan) endOrphan(course, task, outcome, teller);
  else endPresent(course, task, outcome, teller);
}

function endPresent(course: Course, task: Task, outcome: TaskOutcome, teller: Teller): void {
  const told = isLocal(task.name) && outcome.kind === 'done' ? carryOut(course, task.name, task.id) : outcome;
  const step = course.stepAt(task.place);
  const uncertain = isUncertain(told, task);
  const dies = course.workAt(task.place).failed === null || (uncertain && step.undo === null);
  // An operator may call a local task done, but it is done only by being carried out.
  const refuted = outcome.kind === 'done' && told.kind === 'failed' ? told.reason : undefined;
  if (told.kind !== 'done' && dies && (teller.type === 'work_ended' || refuted !== undefined)) {
    die(course, task, told.reason, uncertain, { ...teller, reason: refuted });
    return;
  }
  // It may have had its effect: what is done about that comes first, and what was done before it is undone after it.
  if (uncertain) queueUndo(course, { ...task.place, id: task.id }, {});
  endKnown(course, task, step, told, refuted === undefined ? teller : { ...teller, reason: refuted });
}

function endKnown(
  course: Course,
  task: Task,
  step: CompiledStep,
  outcome: TaskOutcome | { readonly kind: 'failed'; readonly reason: string },
  teller: Teller,
): void {
  remove(course, task);
  const ok = outcome.kind === 'done';
  const data = ok ? outcome.data : {};
  const entry = entryOf(task, ok ? 'done' : 'failed', outcome, teller);
  const run = runOf(course, task.version);
  if (run === undefined) throw new TypeError(`${task.id} belongs to no run`);
  endStep(course, run, { step, id: task.id, failure: ok ? null : outcome.reason, data, entry });
}

/** Its state was left: whatever it says moves nothing. If it happened, or may have, it is taken back. */
function endOrphan(course: Course, task: Task, outcome: TaskOutcome, teller: Teller): void {
  remove(course, task);
  course.record(entryOf(task, 'late', outcome, teller));
  // A local task is carried out by the commit that ends it: as an orphan it never was.
  if (outcome.kind === 'done' && !isLocal(task.name))
    queueUndo(course, { ...task.place, id: task.id }, outcome.data);
  else if (isUncertain(outcome, task)) queueUndo(course, { ...task.place, id: task.id }, {});
}

/** Whether a task that has come to its end may have had its effect all the same. */
function isUncertain(outcome: TaskOutcome, { name, uncertain }: Task): boolean {
  if (outcome.kind === 'exhausted')
    return mayHaveHappened({ name, uncertain: uncertain || outcome.uncertain });
  // What is known of the attempts before is in the row: who tells the end may have begun with an older one.
  return outcome.kind === 'failed' && outcome.attemptOnly === true && mayHaveHappened({ name, uncertain });
}

function endUndoTask(course: Course, task: Task, outcome: TaskOutcome, teller: Teller): void {
  if (outcome.kind !== 'done' && teller.type === 'work_ended') {
    die(course, task, outcome.reason, false, teller);
    return;
  }
  const entry = entryOf(task, outcome.kind === 'done' ? 'done' : 'failed', outcome, teller);
  endUndo(course, task, teller.type === 'resolved' ? entry : { ...entry, type: 'compensated' });
}

/** Nothing more happens to it by itself: the order is blocked. */
function die(course: Course, task: Task, reason: string, uncertain: boolean, teller: Teller): void {
  const dead: Task = {
    ...withReason(task, reason, course.facts.now),
    dead: true,
    uncertain: task.uncertain || uncertain,
    leaseUntil: null,
    parked: false,
  };
  course.tasks = course.tasks.map((one) => (one.id === task.id ? dead : one));
  course.record(entryOf(task, 'dead', { reason }, teller));
}

function remove(course: Course, task: Task): void {
  course.tasks = course.tasks.filter(({ id }) => id !== task.id);
}

/** What the task has told, or what was told of it, as far as it was. */
interface Told {
  readonly reason?: string;
  readonly data?: JsonObject | undefined;
}

function entryOf(task: Task, end: TaskEnd['outcome'], told: Told, teller: Teller): Entry {
  const reason = teller.reason ?? told.reason;
  const result = told.data;
  const work: TaskEnd = {
    id: task.id,
    outcome: end,
    attempts: task.attempts,
    token: teller.token,
    ...(task.failures.length === 0 ? undefined : { failures: task.failures }),
    ...(result === undefined || Object.keys(result).length === 0 ? undefined : { result }),
  };
  const payload: Omit<EventPayload, 'commandId'> = {
    ...(reason === undefined ? undefined : { reason }),
    work,
  };
  return { type: teller.type, task: task.name, bySystem: teller.bySystem, payload };
}

/** The failed attempts of a row with those that its holder knows of besides. */
export function withFailures(task: Task, told: readonly AttemptFailure[] | undefined): Task {
  if (told === undefined) return task;
  const others = task.failures.filter(({ attempt }) => told.every((one) => one.attempt !== attempt));
  return { ...task, failures: [...others, ...told].slice(-FAILURES_MAX) };
}

/** So that a dead row says why: its last attempt has failed by it, unless that is told already. */
function withReason(task: Task, reason: string, at: number): Task {
  if (task.failures.at(-1)?.attempt === task.attempts) return task;
  const error = reason.slice(0, FAILURE_CHARACTERS_MAX).toWellFormed();
  return withFailures(task, [{ attempt: task.attempts, at, error }]);
}
