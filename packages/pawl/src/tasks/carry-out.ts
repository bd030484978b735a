import type { Definitions } from '../engine/definitions.ts';
import type { Engine } from '../engine/engine.ts';
import { systemActor, type TaskOutcome } from '../order/command.ts';
import type { AttemptFailure, LiveOrder } from '../order/work.ts';
import type { Clock } from '../ports/clock.ts';
import type { Observe } from '../ports/observe.ts';
import type { Random } from '../ports/random.ts';
import type { OpenTask, Store, TaskUpdate } from '../ports/store.ts';
import { done, type TaskHandler, type TaskResult } from '../ports/task-handler.ts';
import type { CompiledAction } from '../workflow/compiled.ts';
import { bounded } from './attempt.ts';
import type { Attempt, Attempts } from './attempts.ts';
import { actionOf, retryDelayMs } from './policy.ts';

/** Between two tries to record what became of an attempt while the store cannot be reached. */
const RECORD_AGAIN_MS = 500;

export interface CarryOutTools {
  readonly engine: Engine;
  readonly store: Store;
  readonly definitions: Definitions;
  readonly clock: Clock;
  readonly observe: Observe;
  readonly random: Random;
  readonly handlers: ReadonlyMap<string, TaskHandler>;
  readonly attempts: Attempts;
  /** The task is due again at that time. */
  readonly wake: (at: number) => void;
}

/** Local tasks are carried out by the commit that ends them. */
const LOCAL: TaskHandler = () => done();

/** Makes one attempt at a claimed task and records what became of it. Resolves when that is recorded, or when it is too late. */
export async function carryOut(task: OpenTask, order: LiveOrder, tools: CarryOutTools): Promise<void> {
  const { definitions, store, handlers, attempts } = tools;
  const action = actionOf(task, definitions.byHash(order.workflowHash));
  const { policy } = action;
  const left = task.deadline === null ? Number.POSITIVE_INFINITY : task.deadline - store.now();
  if (task.attempts > policy.attemptsMax || left <= 0) {
    const reason = left <= 0 ? 'its time was over' : 'its last attempt has not ended';
    await end(
      task,
      { kind: 'exhausted', reason, uncertain: task.uncertain },
      task.failures,
      () => false,
      tools,
    );
    return;
  }
  const { work: _, ...plain } = order;
  const handed = {
    effectKey: task.id,
    name: task.name,
    attempt: task.attempts,
    input: task.input,
    undoes: task.kind === 'undo' ? task.id.slice(0, -':undo'.length) : null,
    order: plain,
    rules: action.rules,
  };
  const handler = handlers.get(task.name) ?? LOCAL;
  const timeoutMs = Math.min(policy.attemptTimeoutMs, left);
  await attempts.make(task, handed, handler, timeoutMs, (attempt, result) =>
    settle(attempt, result, action, tools),
  );
}

async function settle(
  attempt: Attempt,
  result: TaskResult,
  { policy }: CompiledAction,
  tools: CarryOutTools,
): Promise<void> {
  const { store, random } = tools;
  if (attempt.isLost) return;
  const isLost = () => attempt.isLost;
  const { failures, attempts, deadline, uncertain } = attempt.task;
  if (result.kind === 'done' || result.kind === 'failed') {
    const outcome = result.kind === 'done' ? result : { ...result, reason: bounded(result.reason) };
    await end(attempt.task, outcome, failures, isLost, tools);
  } else if (result.kind === 'handed-over') {
    const until = Math.min(store.now() + Math.ceil(result.forMs), deadline ?? Number.POSITIVE_INFINITY);
    await update(attempt, { kind: 'park', leaseUntil: until }, tools);
  } else {
    const error = bounded(result.reason);
    const failure = { attempt: attempts, at: store.now(), error };
    const delayMs = result.afterMs ?? retryDelayMs(policy, attempts, random.fraction());
    const dueAt = store.now() + Math.ceil(delayMs);
    if (attempts >= policy.attemptsMax || (deadline !== null && dueAt >= deadline)) {
      const isUncertain = uncertain || result.uncertain;
      const outcome = { kind: 'exhausted', reason: error, uncertain: isUncertain } as const;
      await end(attempt.task, outcome, [...failures, failure], isLost, tools);
    } else {
      await update(attempt, { kind: 'retry', dueAt, failure, uncertain: result.uncertain }, tools);
      tools.wake(dueAt);
    }
  }
}

/** Tells the order how the task has ended. A refusal is final: somebody else holds the task, or it has ended. */
async function end(
  { tenant, orderId, id, token }: OpenTask,
  outcome: TaskOutcome,
  failures: readonly AttemptFailure[],
  isLost: () => boolean,
  tools: CarryOutTools,
): Promise<void> {
  const told = failures.length === 0 ? undefined : { failures };
  const command = { kind: 'end-task', taskId: id, token, outcome, ...told } as const;
  await untilRecorded(
    () => tools.engine.submitOwn({ tenant, orderId, command, actor: systemActor(tenant) }),
    isLost,
    tools.clock,
  );
}

async function update(
  attempt: Attempt,
  change: OwnUpdate,
  { store, engine, clock }: CarryOutTools,
): Promise<void> {
  const { tenant, orderId, id, token } = attempt.task;
  await untilRecorded(
    () => store.updateTasks([{ tenant, orderId, id, token, ...change }]),
    () => attempt.isLost,
    clock,
  );
  engine.forget(attempt.task);
}

type OwnUpdate = TaskUpdate extends infer U
  ? U extends TaskUpdate
    ? Omit<U, 'tenant' | 'orderId' | 'id' | 'token'>
    : never
  : never;

/** What became of an attempt is known only here: it is told until it is recorded, or nobody wants to hear it any more. */
async function untilRecorded(
  record: () => Promise<unknown>,
  isLost: () => boolean,
  clock: Clock,
): Promise<void> {
  while (!isLost()) {
    try {
      await record();
      return;
    } catch {
      // The store's calls are observed; a full disk or a database that is away ends one day.
      await clock.sleep(RECORD_AGAIN_MS);
    }
  }
}
