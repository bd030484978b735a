import type {
  EndTaskCommand,
  LapseTaskCommand,
  RedriveCommand,
  ResolveTaskCommand,
  RetryTaskCommand,
  ReviewCommand,
  TimerCommand,
} from './command.ts';
import { Course } from './course/course.ts';
import { deadlineOf } from './course/new-task.ts';
import { move } from './course/progress.ts';
import { endTask, withFailures } from './course/task-ends.ts';
import type { Decision } from './decision.ts';
import { accept, refuse } from './decision.ts';
import { unattendedFacts } from './guard-facts.ts';
import { actionOf } from './place.ts';
import { checkEntityTags, checkVersion } from './precondition.ts';
import type { Situation } from './situation.ts';
import { type Task, taskStatus } from './work.ts';

/** Who holds a task tells its end. Whoever was superseded is refused, also where the task still runs. */
export function decideEndTask(command: EndTaskCommand, situation: Situation): Decision {
  const { taskId, token, outcome } = command;
  const task = taskOf(situation, taskId);
  if (task === undefined) return refuse({ code: 'task-not-found', taskId });
  if (task.dead || task.token !== token || task.leaseUntil === null)
    return refuse({ code: 'lease-lost', taskId });
  const course = courseOf(situation);
  const counted = command.begun === false ? { ...task, attempts: task.attempts - 1 } : task;
  endTask(course, withFailures(counted, command.failures), outcome, {
    type: 'work_ended',
    token,
    bySystem: false,
  });
  return accept(course.end());
}

/** Nobody holds the task, and nobody shall: its end is not known, or it was never begun in time. */
export function decideLapse({ taskId }: LapseTaskCommand, situation: Situation): Decision {
  const { now } = situation.facts;
  const task = taskOf(situation, taskId);
  if (task === undefined || task.dead) return refuse({ code: 'task-not-found', taskId });
  if (task.leaseUntil !== null && task.leaseUntil > now) return refuse(running(task, task.leaseUntil));
  const isLate = task.deadline !== null && task.deadline <= now;
  if (!task.orphan && !isLate) return refuse({ code: 'task-not-found', taskId });
  const course = courseOf(situation);
  const uncertain = task.uncertain || task.leaseUntil !== null;
  const reason = task.orphan ? 'what became of it is not known' : 'its time was over';
  endTask(
    course,
    task,
    { kind: 'exhausted', reason, uncertain },
    { type: 'work_ended', token: 0, bySystem: true },
  );
  return accept(course.end());
}

/** A timer is due: judged once. */
export function decideTimer({ enteredVersion, index }: TimerCommand, situation: Situation): Decision {
  const { order, facts, state } = situation;
  const isIt = (timer: { enteredVersion: number; index: number }) =>
    timer.enteredVersion === enteredVersion && timer.index === index;
  const timer = order.work.timers.find(isIt);
  const rule = state.timers[index];
  if (timer === undefined || rule === undefined || timer.dueAt > facts.now)
    return refuse({ code: 'timer-gone' });
  const course = courseOf(situation);
  course.timers = course.timers.filter((one) => !isIt(one));
  const verdict = rule.guard?.evaluate(unattendedFacts(order, facts.now)) ?? { holds: true };
  const payload = { data: { after: rule.after } };
  if (verdict.holds) move(course, { type: 'transitioned', to: rule.to, bySystem: true, payload });
  else
    course.record({ type: 'timer_skipped', bySystem: true, payload: { ...payload, reason: verdict.reason } });
  return accept(course.end());
}

/** An operator has a dead task tried again, with all its attempts before it. */
export function decideRetry({ taskId }: RetryTaskCommand, situation: Situation): Decision {
  const { now } = situation.facts;
  const task = taskOf(situation, taskId);
  if (task === undefined) return refuse({ code: 'task-not-found', taskId });
  if (!task.dead) return refuse({ code: 'task-not-dead', taskId, status: taskStatus(task, now) });
  const course = courseOf(situation);
  const { policy } = actionOf(situation.workflow.compiled, task);
  const again: Task = { ...task, dead: false, attempts: 0, dueAt: now, deadline: deadlineOf(policy, now) };
  course.tasks = course.tasks.map((one) => (one.id === taskId ? again : one));
  const work = { id: taskId, outcome: 'dead', attempts: task.attempts, token: task.token } as const;
  course.record({ type: 'retried', task: task.name, payload: { work } });
  return accept(course.end());
}

/** An operator knows how a task has ended. Not while somebody works on it, who would be refused the end of it. */
export function decideResolve(command: ResolveTaskCommand, situation: Situation): Decision {
  const { taskId, reason } = command;
  const task = taskOf(situation, taskId);
  if (task === undefined) return refuse({ code: 'task-not-found', taskId });
  const status = taskStatus(task, situation.facts.now);
  if (status === 'running' && task.leaseUntil !== null) return refuse(running(task, task.leaseUntil));
  if (command.outcome === 'failed' && isOnlyWay(task, situation)) {
    return refuse({ code: 'resolution-leads-nowhere', taskId, status: situation.order.status });
  }
  const course = courseOf(situation);
  const data = command.data ?? {};
  const outcome =
    command.outcome === 'done'
      ? ({ kind: 'done', data } as const)
      : ({ kind: 'failed', reason, data } as const);
  endTask(course, task, outcome, { type: 'resolved', reason, token: 0, bySystem: false });
  return accept(course.end());
}

/** Whether the order can leave its state by nothing but the task's success. */
function isOnlyWay({ kind, orphan }: Task, { state, order }: Situation): boolean {
  if (kind === 'undo' || orphan || state.final) return false;
  // A guarded timer is judged once, and may be skipped.
  const isTimed = order.work.timers.some(({ index }) => state.timers[index]?.guard === null);
  return state.run?.failed === null && state.on.size === 0 && !isTimed;
}

/** A person has looked at a settled order: it leaves the list. */
export function decideReview({ reason }: ReviewCommand, situation: Situation): Decision {
  const { status, settled, awaitsReview, version } = situation.order;
  const stale = checkVersion(situation.context.precondition, version);
  if (stale !== null) return refuse(stale);
  if (!awaitsReview) return refuse({ code: 'review-not-due', status, settled });
  const late = checkEntityTags(situation);
  if (late !== null) return refuse(late);
  const course = courseOf(situation);
  course.record({ type: 'reviewed', payload: { reason } });
  return accept(course.end());
}

/** A settled order starts a new run, whose tasks have effect keys of their own. */
export function decideRedrive({ reason }: RedriveCommand, situation: Situation): Decision {
  const { order, state } = situation;
  const { status } = order;
  const stale = checkVersion(situation.context.precondition, order.version);
  if (stale !== null) return refuse(stale);
  if (state.redrive === null) {
    return refuse({ code: 'redrive-not-possible', status, detail: 'its state declares no redrive' });
  }
  if (!order.settled) {
    return refuse({ code: 'redrive-not-possible', status, detail: 'something is still under way for it' });
  }
  const late = checkEntityTags(situation);
  if (late !== null) return refuse(late);
  const course = courseOf(situation);
  move(course, { type: 'redriven', to: state.redrive, payload: { reason } });
  return accept(course.end());
}

function courseOf({ order, workflow, context, facts }: Situation): Course {
  return new Course(order, workflow, context, facts);
}

function taskOf({ order }: Situation, taskId: string): Task | undefined {
  return order.work.tasks.find(({ id }) => id === taskId);
}

function running({ id }: Task, leaseUntil: number) {
  return { code: 'task-running', taskId: id, leaseUntil } as const;
}
