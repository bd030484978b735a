import type { Definitions } from '../engine/definitions.ts';
import type { Engine } from '../engine/engine.ts';
import type { Idempotency, Outcome, Request } from '../engine/request.ts';
import { type Actor, type EndTaskCommand, systemActor } from '../order/command.ts';
import { actionOf } from '../order/place.ts';
import type { Rejection } from '../order/rejection.ts';
import { parseTaskId } from '../order/task-id.ts';
import type { LiveOrder } from '../order/work.ts';
import type { Random } from '../ports/random.ts';
import type { OpenTask, RecordedEvent, Store, TaskQuery } from '../ports/store.ts';
import { BUILT_IN_TASKS } from '../workflow/built-in-tasks.ts';
import { bounded } from './attempt.ts';
import { findEnd } from './ended-task.ts';
import { retryDelayMs } from './retry-delay.ts';

/** Longest lease that an outside worker may ask for: a task that it forgets is lost to others for as long. */
export const WORKER_LEASE_MS_MAX = 3_600_000;

export interface ClaimRequest {
  readonly actor: Actor;
  /** Names of declared tasks, and of queues as `queue:<name>`. */
  readonly names: readonly string[];
  readonly limit: number;
  readonly leaseMs: number;
  readonly idempotency?: Idempotency | undefined;
}

export type Claimed =
  | { readonly ok: true; readonly tasks: readonly ClaimedTask[]; readonly replayed: boolean }
  | { readonly ok: false; readonly rejection: Rejection };

/** A task as an outside worker gets it, with its order as it was at the claim. */
export interface ClaimedTask {
  readonly task: OpenTask;
  readonly order: LiveOrder;
}

/** A task that is under way, or the entry of the trail that tells how it ended. */
export type FoundTask =
  | { readonly kind: 'open'; readonly task: OpenTask }
  | { readonly kind: 'ended'; readonly event: RecordedEvent };

export type Held =
  | { readonly ok: true; readonly leaseUntil: number }
  | { readonly ok: false; readonly rejection: Rejection };

/** Tasks as operators and outside workers see them. */
export interface Tasks {
  /** Gives out ready tasks, oldest first. Those whose attempts are used up are ended instead. */
  claim(request: ClaimRequest): Promise<Claimed>;
  /** Extends the lease from now on, and says until when it is held: never for less than before. */
  heartbeat(tenant: number, taskId: string, token: number, leaseMs: number): Promise<Held>;
  /** Ends the attempt: another follows after `afterMs`, or as the task's policy says; the last one ends the task. */
  giveBack(request: GiveBackRequest): Promise<Outcome>;
  /** Undefined if the tenant has none of that id, neither open nor ended. */
  get(tenant: number, taskId: string): Promise<FoundTask | undefined>;
  list(query: TaskQuery): Promise<readonly OpenTask[]>;
}

export interface GiveBackRequest {
  readonly actor: Actor;
  readonly taskId: string;
  readonly token: number;
  readonly reason: string;
  readonly afterMs: number | null;
  readonly requestId?: string | undefined;
}

export interface TaskServiceTools {
  readonly engine: Engine;
  readonly store: Store;
  readonly definitions: Definitions;
  readonly random: Random;
  /** Tasks that the nodes carry out themselves: nobody else gets them. */
  readonly isOwn: (name: string) => boolean;
  readonly wake: (at: number) => void;
}

export function createTasks(tools: TaskServiceTools): Tasks {
  const { engine, store, definitions } = tools;

  async function openTask(
    tenant: number,
    taskId: string,
  ): Promise<{ task: OpenTask; order: LiveOrder } | undefined> {
    const orderId = parseTaskId(taskId)?.orderId;
    if (orderId === undefined) return undefined;
    const [order] = await store.load([{ tenant, orderId }]);
    const task = order?.work.tasks.find(({ id }) => id === taskId);
    return order === undefined || task === undefined
      ? undefined
      : { task: { ...task, tenant, orderId }, order };
  }

  async function claim(request: ClaimRequest): Promise<Claimed> {
    const claimed = await give(request);
    engine.answers.observed(request.idempotency, claimed.ok && claimed.replayed);
    return claimed;
  }

  async function give({ actor, names, limit, leaseMs, idempotency }: ClaimRequest): Promise<Claimed> {
    const own = names.find((name) => tools.isOwn(name) || BUILT_IN_TASKS.has(name));
    if (own !== undefined) return { ok: false, rejection: { code: 'task-not-claimable', task: own } };
    const { tenant, name: claimedBy } = actor;
    const key = idempotency === undefined ? null : engine.answers.record(tenant, idempotency);
    const verdict = await store.claim({ tenant, names, limit, leaseMs, claimedBy, key });
    if (verdict.kind === 'key-taken') {
      const isSame = verdict.taken.fingerprint === key?.fingerprint;
      if (!isSame) return { ok: false, rejection: { code: 'idempotency-key-reused' } };
      const tasks = JSON.parse(verdict.taken.answer ?? '[]') as OpenTask[];
      const claimed = await withOrders(tasks);
      return { ok: true, tasks: claimed.filter(isStillTheirs), replayed: true };
    }
    for (const task of verdict.tasks) engine.forget(task);
    const claimed = await withOrders(verdict.tasks);
    // One that cannot be ended now must not keep the others from whoever has claimed them.
    const usable = await Promise.all(claimed.map((one) => endIfUsedUp(one).catch(() => null)));
    return { ok: true, tasks: usable.filter((one) => one !== null), replayed: false };
  }

  async function withOrders(tasks: readonly OpenTask[]): Promise<readonly ClaimedTask[]> {
    const orders = tasks.length === 0 ? [] : await store.load(tasks);
    return tasks.flatMap((task, index) => {
      const order = orders[index];
      return order === undefined ? [] : [{ task, order }];
    });
  }

  /** A worker that dies at each attempt must not be given the task forever. */
  async function endIfUsedUp(claimed: ClaimedTask): Promise<ClaimedTask | null> {
    const { task, order } = claimed;
    const { policy } = actionOf(definitions.byHash(order.workflowHash).compiled, task);
    const isOver = task.deadline !== null && task.deadline <= store.now();
    if (task.attempts <= policy.attemptsMax && !isOver) return claimed;
    const reason = isOver ? 'its time was over' : 'its last attempt has not ended';
    const outcome = { kind: 'exhausted', reason, uncertain: task.uncertain } as const;
    await engine.submitOwn({
      tenant: task.tenant,
      orderId: task.orderId,
      actor: systemActor(task.tenant),
      command: { kind: 'end-task', taskId: task.id, token: task.token, outcome, begun: false },
    });
    return null;
  }

  async function heartbeat(tenant: number, taskId: string, token: number, leaseMs: number): Promise<Held> {
    const orderId = parseTaskId(taskId)?.orderId ?? '';
    const task = (await openTask(tenant, taskId))?.task;
    // No longer than all attempts together may take; what was claimed for longer stays so.
    const wanted = Math.min(store.now() + Math.ceil(leaseMs), task?.deadline ?? Number.POSITIVE_INFINITY);
    const leaseUntil = Math.max(wanted, task?.leaseUntil ?? 0);
    const extended = { kind: 'extend', tenant, orderId, id: taskId, token, leaseUntil } as const;
    const [isHeld] = await store.updateTasks([extended]);
    engine.forget({ tenant, orderId });
    if (isHeld === true) return { ok: true, leaseUntil: await leaseOf(tenant, taskId, token, leaseUntil) };
    const isKnown = (await get(tenant, taskId)) !== undefined;
    return { ok: false, rejection: { code: isKnown ? 'lease-lost' : 'task-not-found', taskId } };
  }

  /** Another heartbeat at the same time may have asked for longer, and the longer lease stands. */
  async function leaseOf(tenant: number, taskId: string, token: number, asked: number): Promise<number> {
    // What was extended is extended, whether or not it can be read again.
    const task = (await openTask(tenant, taskId).catch(() => undefined))?.task;
    return task?.token === token ? Math.max(asked, task.leaseUntil ?? 0) : asked;
  }

  async function giveBack(request: GiveBackRequest): Promise<Outcome> {
    const { actor, taskId, token } = request;
    const { tenant } = actor;
    const open = await openTask(tenant, taskId);
    if (open === undefined || open.task.token !== token || open.task.dead) {
      const outcome = { kind: 'exhausted', reason: request.reason, uncertain: false } as const;
      const command = { kind: 'end-task', taskId, token, outcome } as const;
      const repeated = await repeatedEnd({ tenant, actor, command }, store);
      if (repeated !== undefined) return repeated;
      return refused({ code: (await get(tenant, taskId)) ? 'lease-lost' : 'task-not-found', taskId });
    }
    const { task, order } = open;
    const last = task.failures.at(-1);
    if (task.orphan && task.leaseUntil !== null) return endOrphan(request, task);
    // Told before, and the answer was lost.
    if (task.leaseUntil === null) {
      return last?.attempt === task.attempts ? unchanged(order) : refused({ code: 'lease-lost', taskId });
    }
    const { policy } = actionOf(definitions.byHash(order.workflowHash).compiled, task);
    const error = bounded(request.reason);
    const failure = { attempt: task.attempts, at: store.now(), error };
    const delayMs = request.afterMs ?? retryDelayMs(policy, task.attempts, tools.random.fraction());
    const dueAt = store.now() + Math.ceil(delayMs);
    if (task.attempts >= policy.attemptsMax || (task.deadline !== null && dueAt >= task.deadline)) {
      const outcome = { kind: 'exhausted', reason: error, uncertain: false } as const;
      const command = { kind: 'end-task', taskId, token, outcome, failures: [failure] } as const;
      return engine.submit({ tenant, orderId: task.orderId, actor, command, requestId: request.requestId });
    }
    const key = { tenant, orderId: task.orderId, id: taskId };
    const [isHeld] = await store.updateTasks([
      { ...key, kind: 'retry', token, dueAt, failure, uncertain: false },
    ]);
    engine.forget(task);
    tools.wake(dueAt);
    return isHeld === true ? unchanged(order) : refused({ code: 'lease-lost', taskId });
  }

  /** No attempt follows: the order has left the state. */
  function endOrphan({ actor, token, reason, requestId }: GiveBackRequest, task: OpenTask): Promise<Outcome> {
    const outcome = { kind: 'exhausted', reason: bounded(reason), uncertain: task.uncertain } as const;
    const command = { kind: 'end-task', taskId: task.id, token, outcome } as const;
    return engine.submit({ tenant: task.tenant, orderId: task.orderId, actor, command, requestId });
  }

  async function get(tenant: number, taskId: string): Promise<FoundTask | undefined> {
    const open = await openTask(tenant, taskId);
    if (open !== undefined) return { kind: 'open', task: open.task };
    const orderId = parseTaskId(taskId)?.orderId;
    const event = orderId === undefined ? undefined : await findEnd(store, { tenant, orderId, id: taskId });
    return event === undefined ? undefined : { kind: 'ended', event };
  }

  return { claim, heartbeat, giveBack, get, list: (query) => store.listTasks(query) };
}

/**
 * The answer to an end that was told before, by the same token and with the same outcome, and whose answer was lost; also
 * after the task has finished. Undefined if it was another end.
 */
export async function repeatedEnd(
  { tenant, command }: Request & { readonly command: EndTaskCommand },
  store: Store,
): Promise<Outcome | undefined> {
  const { taskId, token, outcome } = command;
  const orderId = parseTaskId(taskId)?.orderId;
  if (orderId === undefined) return undefined;
  const end = (await findEnd(store, { tenant, orderId, id: taskId }))?.payload?.work;
  if (end === undefined || end.token !== token) return undefined;
  const isDone = end.outcome === 'done' || (end.outcome === 'late' && outcome.kind === 'done');
  if (isDone !== (outcome.kind === 'done')) return undefined;
  const [order] = await store.load([{ tenant, orderId }]);
  return order === undefined ? undefined : unchanged(order);
}

function unchanged(order: LiveOrder): Outcome {
  return { ok: true, order, events: [], stock: [], replayed: true };
}

function refused(rejection: Rejection): Outcome {
  return { ok: false, rejection, replayed: false };
}

/** Whether the claim still stands: its task may have been ended since, or given to somebody else. */
function isStillTheirs({ task, order }: ClaimedTask): boolean {
  return order.work.tasks.some(({ id, token, dead }) => id === task.id && token === task.token && !dead);
}
