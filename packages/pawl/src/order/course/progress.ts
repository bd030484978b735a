import type { CompiledStep, CompiledWork } from '../../workflow/compiled.ts';
import type { TaskEnd } from '../event.ts';
import type { JsonObject } from '../order.ts';
import { taskIdOf } from '../task-id.ts';
import type { Run, Task } from '../work.ts';
import type { Course, Entry } from './course.ts';
import { carryOut, type LocalOutcome } from './local.ts';
import { newTask } from './new-task.ts';
import { compensate, mayHaveHappened, queueUndo } from './undo.ts';

/** Steps that one commit carries out itself; what is beyond becomes task rows, so that no commit grows without bound. */
const FOLDED_MAX = 64;

/** The task whose rows are messages in the queues of its topic's subscribers. */
const MESSAGE = 'notify';

/** A step of a run that has ended, with what is recorded of it. */
export interface StepEnd {
  readonly step: CompiledStep;
  /** The step's effect key, or a message's. */
  readonly id: string;
  /** Why it has failed; null where it is done. */
  readonly failure: string | null;
  /** What the step told. */
  readonly data: JsonObject;
  /** `work_ended`, or `resolved` where an operator has said so. */
  readonly entry: Entry;
}

/** Records an event that moves the order, and all that follows from leaving one state and entering the other. */
export function move(course: Course, entry: Entry & { readonly to: string }): void {
  // Work may lead back to the state in which the order is: its head would not tell that from an end that moves nothing.
  const isBack = entry.type !== 'transitioned' && entry.to === course.status;
  leave(course);
  course.record(isBack ? { ...entry, payload: { ...entry.payload, entered: true } } : entry);
  enter(course);
}

/** What follows from having entered a state, in the commit that enters it. */
export function enter(course: Course): void {
  const { state, version } = course;
  for (const [index, { delayMs }] of state.timers.entries()) {
    course.timers.push({ enteredVersion: version, index, dueAt: course.facts.now + delayMs });
  }
  if (state.compensate) compensate(course);
  else if (state.final && state.run === null) keepForGood(course);
  if (state.run !== null) startRun(course, { state: state.name, event: null, branch: 0 }, state.run, version);
}

/**
 * Ends what belongs to the state: its timers, and its tasks that nobody has begun. A task that somebody holds, or that may have
 * had its effect in an earlier attempt, stays as an orphan until that is known.
 */
function leave(course: Course): void {
  const left = course.tasks.filter((task) => task.kind !== 'undo' && !task.orphan);
  course.timers = [];
  course.runs = [];
  course.tasks = course.tasks.filter((task) => !left.includes(task));
  for (const task of left) {
    if (!task.dead && (task.leaseUntil !== null || mayHaveHappened(task)))
      course.tasks.push({ ...task, orphan: true });
    else if (mayHaveHappened(task)) queueUndo(course, { ...task.place, id: task.id }, {});
  }
}

/** Starts work; `version` is that of the entry or of the `work_accepted`. */
export function startRun(
  course: Course,
  place: Omit<Run, 'version' | 'failure'>,
  work: CompiledWork,
  version: number,
): void {
  const run: Run = { ...place, version, failure: null };
  course.runs.push(run);
  startStages(course, run, work, 0);
}

/** Starts the first stage from there on that leaves something to wait for; ends the run if there is none. */
function startStages(course: Course, run: Run, work: CompiledWork, from: number): void {
  for (const steps of work.stages.slice(from)) {
    // Only work of a state, and only if all of it is local: an accepted event is answered before its work begins.
    if (run.event === null && work.local && course.events.length < FOLDED_MAX) {
      if (!foldStage(course, run, work, steps)) return;
      continue;
    }
    const tasks = steps.flatMap((step) => tasksOf(course, run, step));
    if (tasks.length > 0) {
      course.tasks.push(...tasks);
      return;
    }
  }
  endUnheard(course, run, work);
}

/** Messages that nobody is subscribed to: recorded only where something must carry the move that they decide. */
function endUnheard(course: Course, run: Run, { steps, done }: CompiledWork): void {
  if (done === null) {
    close(course, run);
    return;
  }
  const id = effectKey(course, run.version, steps.length - 1);
  move(course, { ...ended(id, MESSAGE, { outcome: 'done' }), to: done });
}

/**
 * Carries out local steps one after the other. Where no failure is declared, one that fails keeps those beside it from nothing.
 * False once the run has ended, or waits for an operator.
 */
function foldStage(course: Course, run: Run, work: CompiledWork, steps: readonly CompiledStep[]): boolean {
  for (const step of steps) {
    const id = effectKey(course, run.version, step.position);
    const outcome = carryOut(course, step.task, id);
    const isLast = step.position === work.steps.length - 1 && !isAwaited(course, run);
    endFolded(course, run, step, id, outcome, isLast);
    if (isLast || (outcome.kind === 'failed' && work.failed !== null)) return false;
  }
  return !isAwaited(course, run);
}

function endFolded(
  course: Course,
  run: Run,
  step: CompiledStep,
  id: string,
  outcome: LocalOutcome,
  isLast: boolean,
): void {
  const work = course.workAt(run);
  if (outcome.kind === 'done') {
    if (step.undo !== null) keepEffect(course, run, step, id, outcome.data);
    const entry = ended(id, step.task, {
      outcome: 'done',
      ...(hasMembers(outcome.data) ? { result: outcome.data } : undefined),
    });
    if (isLast) finish(course, run, work.done, entry);
    else course.record(entry);
    return;
  }
  if (work.failed === null) die(course, run, step, id, outcome.reason);
  else finish(course, run, work.failed, ended(id, step.task, { outcome: 'failed' }, outcome.reason));
}

/** A local step that failed where no failure was declared: a dead row, so that an operator can have it tried again. */
function die(course: Course, run: Run, step: CompiledStep, id: string, reason: string): void {
  const place = { state: run.state, event: run.event, branch: run.branch, position: step.position };
  const task = newTask(course, { id, kind: 'step', name: step.task, place, input: {}, policy: step.policy });
  course.record(ended(id, step.task, { outcome: 'dead' }, reason));
  const failure = { attempt: 1, at: course.facts.now, error: reason };
  course.tasks.push({ ...task, dead: true, attempts: 1, failures: [failure] });
}

/**
 * A step of a run has ended. The last one of its stage starts the next stage, or moves the order. After a failure what nobody
 * has begun is dropped, and what somebody holds is waited for.
 */
export function endStep(course: Course, run: Run, end: StepEnd): void {
  const work = course.workAt(run);
  if (end.failure === null && end.step.undo !== null) keepEffect(course, run, end.step, end.id, end.data);
  if (end.failure !== null && run.failure === null) {
    fail(course, run, end.failure);
    dropUnbegun(course, run);
  }
  const isFailed = run.failure !== null || end.failure !== null;
  const isLast = end.step.stage === work.stages.length - 1;
  if (isAwaited(course, run)) {
    course.record(end.entry);
  } else if (isFailed || isLast) {
    finish(course, run, isFailed ? work.failed : work.done, end.entry);
  } else {
    course.record(end.entry);
    startStages(course, run, work, end.step.stage + 1);
  }
}

/** Ends a run with the event that decided it. */
function finish(course: Course, run: Run, target: string | null, entry: Entry): void {
  if (target !== null) {
    move(course, { ...entry, to: target });
    return;
  }
  course.record(entry);
  close(course, run);
}

function close(course: Course, run: Run): void {
  course.runs = course.runs.filter(({ version }) => version !== run.version);
  if (course.state.final) keepForGood(course);
}

/** Nothing leads out of a final state whose work has ended: what was done is not taken back any more, unless that has begun. */
function keepForGood(course: Course): void {
  course.effects = course.effects.filter(({ undoing }) => undoing);
}

function fail(course: Course, run: Run, reason: string): void {
  course.runs = course.runs.map((one) => (one.version === run.version ? { ...one, failure: reason } : one));
}

function dropUnbegun(course: Course, run: Run): void {
  const isUnbegun = (task: Task) =>
    isOf(task, run) && task.leaseUntil === null && !task.uncertain && !task.dead;
  course.tasks = course.tasks.filter((task) => !isUnbegun(task));
}

function keepEffect(course: Course, run: Run, step: CompiledStep, id: string, data: JsonObject): void {
  const { state, event, branch } = run;
  course.effects.push({ state, event, branch, position: step.position, id, data });
}

/** The rows of a step: one, or one for each queue that is subscribed to its topic. */
function tasksOf(course: Course, run: Run, step: CompiledStep): readonly Task[] {
  const place = { state: run.state, event: run.event, branch: run.branch, position: step.position };
  const input = step.input as JsonObject;
  const known = { place, input, policy: step.policy };
  if (step.task !== MESSAGE) {
    const id = effectKey(course, run.version, step.position);
    return [newTask(course, { ...known, id, kind: 'step', name: step.task })];
  }
  return course.facts.queues(String(input['topic'])).map((queue) => {
    const id = effectKey(course, run.version, step.position, queue);
    return newTask(course, { ...known, id, kind: 'message', name: `queue:${queue}` });
  });
}

function effectKey(course: Course, version: number, position: number, queue: string | null = null): string {
  return taskIdOf({ orderId: course.facts.orderId, version, position, queue, undo: false });
}

/** Whether a task is a step of this run that has not ended. */
export function isOf(task: Task, run: Run): boolean {
  return task.version === run.version && task.kind !== 'undo' && !task.orphan;
}

/** Whether steps of a run have not ended. */
function isAwaited(course: Course, run: Run): boolean {
  return course.tasks.some((task) => isOf(task, run));
}

export function runOf(course: Course, version: number): Run | undefined {
  return course.runs.find((run) => run.version === version);
}

/** The entry of a task that was carried out within the commit. */
function ended(id: string, task: string, end: Pick<TaskEnd, 'outcome' | 'result'>, reason?: string): Entry {
  return {
    type: 'work_ended',
    task,
    bySystem: true,
    payload: {
      ...(reason === undefined ? undefined : { reason }),
      work: { id, attempts: 1, token: 0, ...end },
    },
  };
}

function hasMembers(data: JsonObject): boolean {
  return Object.keys(data).length > 0;
}
