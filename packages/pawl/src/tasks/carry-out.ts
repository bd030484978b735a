import type { Definitions } from '../engine/definitions.ts';
import type { Engine } from '../engine/engine.ts';
import { systemActor, type TaskOutcome } from '../order/command.ts';
import { actionOf } from '../order/place.ts';
import type { AttemptFailure, LiveOrder } from '../order/work.ts';
import type { Clock } from '../ports/clock.ts';
import type { Observe } from '../ports/observe.ts';
import type { Random } from '../ports/random.ts';
import {
  type OpenTask,
  type Store,
  StoreFullError,
  StoreUnavailableError,
  type TaskUpdate,
} from '../ports/store.ts';
import { done, type TaskHandler, type TaskResult } from '../ports/task-handler.ts';
import type { CompiledAction } from '../workflow/compiled.ts';
import { bounded, messageOf } from './attempt.ts';
import type { Attempt, Attempts } from './attempts.ts';
import { retryDelayMs } from './retry-delay.ts';

/** Tries after which a store that answers is taken to be unable to write what it is told. */
const RECORD_TRIES = 20;
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
  const action = actionOf(definitions.byHash(order.workflowHash).compiled, task);
  const { policy } = action;
  const left = task.deadline === null ? Number.POSITIVE_INFINITY : task.deadline - store.now();
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
  if (task.attempts > policy.attemptsMax || left <= 0) {
    const reason = left <= 0 ? 'its time was over' : 'its last attempt has not ended';
    const usedUp = { kind: 'exhausted', reason, uncertain: task.uncertain } as const;
    await attempts.make(task, handed, LOCAL, Number.POSITIVE_INFINITY, (attempt) =>
      end(attempt, usedUp, task.failures, tools, false),
    );
    return;
  }
  const handler = handlers.get(task.name) ?? LOCAL;
  const timeoutMs = Math.min(policy.attemptTimeoutMs, left);
  const began = tools.clock.monotonic();
  await attempts.make(task, handed, handler, timeoutMs, async (attempt, result) => {
    const seconds = (tools.clock.monotonic() - began) / 1000;
    tools.observe({
      kind: 'attempt',
      task: task.name,
      result: attempt.isLost ? 'lost' : result.kind,
      seconds,
    });
    await settle(attempt, result, action, tools);
  });
}

async function settle(
  attempt: Attempt,
  result: TaskResult,
  { policy }: CompiledAction,
  tools: CarryOutTools,
): Promise<void> {
  const { store, random } = tools;
  const { failures, attempts, deadline, uncertain } = attempt.task;
  if (result.kind === 'done' || result.kind === 'failed') {
    const outcome = result.kind === 'done' ? result : { ...result, reason: bounded(result.reason) };
    await end(attempt, outcome, failures, tools);
  } else if (result.kind === 'handed-over') {
    const until = Math.min(store.now() + Math.ceil(result.forMs), deadline ?? Number.POSITIVE_INFINITY);
    await letGo(attempt, { kind: 'park', leaseUntil: until }, tools);
  } else {
    const error = bounded(result.reason);
    const failure = { attempt: attempts, at: store.now(), error };
    const delayMs = result.afterMs ?? retryDelayMs(policy, attempts, random.fraction());
    const dueAt = store.now() + Math.ceil(delayMs);
    if (attempts >= policy.attemptsMax || (deadline !== null && dueAt >= deadline)) {
      const isUncertain = uncertain || result.uncertain;
      const outcome = { kind: 'exhausted', reason: error, uncertain: isUncertain } as const;
      await end(attempt, outcome, [...failures, failure], tools);
    } else {
      await letGo(attempt, { kind: 'retry', dueAt, failure, uncertain: result.uncertain }, tools);
      tools.wake(dueAt);
    }
  }
}

/** Tells the order how the task has ended. A refusal is final: somebody else holds the task, or it has ended. */
async function end(
  attempt: Attempt,
  outcome: TaskOutcome,
  failures: readonly AttemptFailure[],
  tools: CarryOutTools,
  begun = true,
): Promise<void> {
  const told = { begun, ...(failures.length === 0 ? undefined : { failures }) };
  const tell = async (as: TaskOutcome): Promise<boolean> => {
    const { tenant, orderId, id, token } = attempt.task;
    const command = { kind: 'end-task', taskId: id, token, outcome: as, ...told } as const;
    const answer = await tools.engine.submitOwn({ tenant, orderId, command, actor: systemActor(tenant) });
    if (answer.ok) return true;
    return answer.rejection.code !== 'contention' && attempt.task.token === token;
  };
  try {
    await untilRecorded(attempt, () => tell(outcome), tools);
  } catch (fault) {
    // The end itself cannot be recorded. What the task did is not known to anybody then.
    const reason = bounded(`its end cannot be recorded: ${messageOf(fault)}`);
    await untilRecorded(attempt, () => tell({ kind: 'exhausted', reason, uncertain: true }), tools);
  }
}

/** The attempt is over, and the task is not. */
async function letGo(attempt: Attempt, change: OwnUpdate, tools: CarryOutTools): Promise<void> {
  attempt.isLetGo = true;
  await untilRecorded(
    attempt,
    async () => {
      const { tenant, orderId, id, token } = attempt.task;
      const [isHeld] = await tools.store.updateTasks([{ tenant, orderId, id, token, ...change }]);
      return isHeld === true || attempt.task.token === token;
    },
    tools,
  );
  tools.engine.forget(attempt.task);
}

type OwnUpdate = TaskUpdate extends infer U
  ? U extends TaskUpdate
    ? Omit<U, 'tenant' | 'orderId' | 'id' | 'token'>
    : never
  : never;

/**
 * What became of an attempt is known only here: it is told until it is recorded, or nobody wants to hear it any more. `record`
 * says whether that is settled; if not, the task was claimed again meanwhile, and it is told by the new token.
 * @throws what is no fault of the store, and what the store cannot do although it answers.
 */
async function untilRecorded(
  attempt: Attempt,
  record: () => Promise<boolean>,
  { store, clock }: CarryOutTools,
): Promise<void> {
  for (let failed = 0; !attempt.isLost; ) {
    try {
      if (await record()) return;
    } catch (fault) {
      if (!(fault instanceof StoreUnavailableError)) throw fault;
      // A full disk or a database that is away ends one day. What a store that answers cannot write, it never will.
      const isPassing = fault instanceof StoreFullError;
      if (!isPassing && ++failed >= RECORD_TRIES && (await answers(store))) throw fault;
    }
    await clock.sleep(RECORD_AGAIN_MS);
  }
}

function answers(store: Store): Promise<boolean> {
  return store.ping().then(
    () => true,
    () => false,
  );
}
