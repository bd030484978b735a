import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Accepted, type OrderEvent, type Outcome, type Pawl, type Rejection, taskStatus } from 'pawl';
import { reportEvents, sendJson } from '../answer.ts';
import type { AppDeps } from '../deps.ts';
import { sendProblem } from '../refusal/problem-answer.ts';
import { refusalOf } from '../refusal/refusal.ts';

/** Entries of the trail in which a repeated answer is looked for: a command records a few at once. */
const LATEST_ENTRIES = 100;

/** What has become of a task, and where its order is by that. */
export type TaskResultView = {
  readonly task_id: string;
  readonly status: string;
  readonly order_id: string;
  readonly order_status: string;
  readonly version: number;
};

/** Answers a command that has ended a task, or had it tried again. */
export async function sendTaskOutcome(
  request: FastifyRequest,
  reply: FastifyReply,
  taskId: string,
  outcome: Outcome,
  deps: AppDeps,
): Promise<FastifyReply> {
  if (outcome.replayed) reply.header('idempotency-replayed', 'true');
  if (!outcome.ok) return sendProblem(request, reply, refusalOf(rejectionOf(taskId, outcome.rejection)));
  reportEvents(request, outcome.events, deps);
  return sendJson(reply, await viewTaskResult(taskId, outcome, deps.pawl));
}

/** An order that is not there has no tasks. */
export function rejectionOf(taskId: string, rejection: Rejection): Rejection {
  return rejection.code === 'order-not-found' ? { code: 'task-not-found', taskId } : rejection;
}

export async function viewTaskResult(
  taskId: string,
  { order, events, replayed }: Accepted,
  pawl: Pawl,
): Promise<TaskResultView> {
  const told = statusIn(taskId, events) ?? (replayed ? await statusThen(taskId, order, pawl) : undefined);
  return {
    task_id: taskId,
    status: told ?? (await statusNow(taskId, order.tenant, pawl)),
    order_id: order.id,
    order_status: order.status,
    version: order.version,
  };
}

/** How the newest of the events about the task leaves it. */
function statusIn(taskId: string, events: readonly OrderEvent[]): string | undefined {
  const last = events.findLast(({ payload }) => payload?.work?.id === taskId);
  if (last === undefined) return undefined;
  return last.head.type === 'retried' ? 'ready' : last.payload?.work?.outcome;
}

/** As it was told the first time. */
async function statusThen(
  taskId: string,
  { tenant, id: orderId, version }: Accepted['order'],
  pawl: Pawl,
): Promise<string | undefined> {
  const query = { tenant, orderId, direction: 'desc', after: version + 1, limit: LATEST_ENTRIES } as const;
  return statusIn(taskId, (await pawl.trail(query)).toReversed());
}

async function statusNow(taskId: string, tenant: number, pawl: Pawl): Promise<string> {
  const found = await pawl.tasks.get(tenant, taskId);
  if (found?.kind === 'open') return taskStatus(found.task, pawl.now());
  return found?.event.payload?.work?.outcome ?? 'done';
}
