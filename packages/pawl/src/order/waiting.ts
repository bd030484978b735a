import type { CompiledWorkflow } from '../workflow/compiled.ts';
import { targetOf } from './branch.ts';
import { actionOf, stateOf } from './place.ts';
import { type LiveOrder, type Task, taskStatus } from './work.ts';

/** Something that must happen before an order goes on. Times are milliseconds since the epoch. */
export type WaitReason =
  /** A task that is ready, running, waiting or dead. */
  | {
      readonly kind: 'task';
      readonly taskId: string;
      readonly task: string;
      readonly status: ReturnType<typeof taskStatus>;
      readonly isUndo: boolean;
      readonly attempts: number;
      readonly attemptsMax: number;
      /** When the next attempt may begin; null while one runs, and for a dead one. */
      readonly nextAttemptAt: number | null;
      /** Until when whoever carries it out holds it. */
      readonly leaseUntil: number | null;
      readonly lastError: string | null;
    }
  | {
      readonly kind: 'timer';
      readonly after: string;
      readonly dueAt: number;
      readonly to: string;
      readonly guard: string | null;
    }
  /** An event that somebody has to send. */
  | {
      readonly kind: 'event';
      readonly event: string;
      readonly to: readonly string[];
      readonly roles: readonly string[];
    }
  /** A person has to look at it. */
  | { readonly kind: 'review'; readonly redrive: string | null };

/** Why an order is where it is. Empty for a settled order that nobody has to look at. */
export function waitsFor(order: LiveOrder, workflow: CompiledWorkflow, now: number): readonly WaitReason[] {
  const { timers, on, redrive } = stateOf(workflow, order.status);
  const reasons: WaitReason[] = order.work.tasks.map((task) => taskReason(task, workflow, now));
  for (const [index, { after, to, guard }] of timers.entries()) {
    const timer = order.work.timers.find((one) => one.index === index);
    // A timer that was skipped is not set any more.
    if (timer === undefined) continue;
    reasons.push({ kind: 'timer', after, dueAt: timer.dueAt, to, guard: guard?.source ?? null });
  }
  for (const [event, branches] of on) {
    const roles = [...new Set(branches.flatMap((branch) => branch.roles))];
    reasons.push({ kind: 'event', event, to: branches.map(targetOf), roles });
  }
  if (order.awaitsReview) reasons.push({ kind: 'review', redrive });
  return reasons;
}

function taskReason(task: Task, workflow: CompiledWorkflow, now: number): WaitReason {
  const status = taskStatus(task, now);
  const isIdle = status === 'ready' || (status === 'waiting' && !task.parked);
  return {
    kind: 'task',
    taskId: task.id,
    task: task.name,
    status,
    isUndo: task.kind === 'undo',
    attempts: task.attempts,
    attemptsMax: actionOf(workflow, task).policy.attemptsMax,
    nextAttemptAt: isIdle ? task.dueAt : null,
    leaseUntil: task.leaseUntil,
    lastError: task.failures.at(-1)?.error ?? null,
  };
}
