import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type EndTaskCommand, type JsonObject, type Once, parseTaskId } from 'pawl';
import type { Static } from 'typebox';
import { reportEvents, sendJson } from '../../answer.ts';
import { callerOf } from '../../call.ts';
import { contextOf, idempotencyOf } from '../../command/command-context.ts';
import { rejectionOf, sendTaskOutcome, viewTaskResult } from '../../command/task-answer.ts';
import type { AppDeps } from '../../deps.ts';
import { LEASE_DEFAULT_S } from '../../limits.ts';
import type { ProblemCode } from '../../problem.ts';
import { sendProblem } from '../../refusal/problem-answer.ts';
import { ProblemError } from '../../refusal/problem-error.ts';
import { refusalOf } from '../../refusal/refusal.ts';
import { viewClaimedTask } from '../../render/task.ts';
import { timeOf } from '../../render/time.ts';
import { describeOperation } from '../../schema/operation.ts';
import { noQuery, taskParams } from '../../schema/queries.ts';
import {
  claimBody,
  completeBody,
  type FailBody,
  failBody,
  heartbeatBody,
} from '../../schema/work-commands.ts';
import { taskIdOf } from './task-path.ts';

const BODY_PROBLEMS: readonly ProblemCode[] = [
  'malformed-request',
  'idempotency-key-reused',
  'history-detached',
  'payload-too-large',
  'unsupported-media-type',
];
const HELD_PROBLEMS: readonly ProblemCode[] = [...BODY_PROBLEMS, 'task-not-found', 'lease-lost'];
const END_PROBLEMS: readonly ProblemCode[] = [...HELD_PROBLEMS, 'overloaded', 'contention'];

const claim = describeOperation('claim_tasks', {
  tag: 'Workers',
  summary: 'Take tasks to carry out',
  description:
    'Ready ones, oldest first. Each is yours for `lease_s` seconds; then it is given to somebody else, and your token is worth nothing. The queue that is subscribed to a topic is the task `queue:<name>`. With an `Idempotency-Key` a lost answer is given again, with the orders as they are now.',
  reads: ['Idempotency-Key'],
  answers: {
    200: {
      description: 'The tasks; none if nothing is ready.',
      body: 'ClaimedTasks',
      headers: ['Idempotency-Replayed'],
    },
  },
  problems: [...BODY_PROBLEMS, 'task-not-claimable'],
});
const heartbeat = describeOperation('heartbeat_task', {
  tag: 'Workers',
  summary: 'Keep a task for longer',
  reads: ['Idempotency-Key'],
  answers: {
    200: { description: 'Until when it is yours.', body: 'Lease', headers: ['Idempotency-Replayed'] },
  },
  problems: HELD_PROBLEMS,
});
const complete = describeOperation('complete_task', {
  tag: 'Workers',
  summary: 'Say that a task is done',
  description: 'The same token and outcome again is answered alike, also after the task has ended.',
  reads: ['Idempotency-Key'],
  answers: {
    200: {
      description: 'What has become of it, and of its order.',
      body: 'TaskResult',
      headers: ['Idempotency-Replayed'],
    },
  },
  problems: END_PROBLEMS,
});
const fail = describeOperation('fail_task', {
  tag: 'Workers',
  summary: 'Say that a task has failed',
  description:
    'For good: the order goes where its workflow says. With `retry` only this attempt has failed, and another follows as far as the workflow allows.',
  reads: ['Idempotency-Key'],
  answers: {
    200: {
      description: 'What has become of it, and of its order.',
      body: 'TaskResult',
      headers: ['Idempotency-Replayed'],
    },
  },
  problems: END_PROBLEMS,
});

/** Tasks, as programs outside carry them out. */
export function workers(app: FastifyInstance, deps: AppDeps): void {
  const { pawl } = deps;
  app.post(
    '/tasks/claim',
    { config: claim.config, schema: { ...claim.docs, querystring: noQuery, body: claimBody } },
    claimTasks,
  );
  app.post(
    '/tasks/:task_id/heartbeat',
    {
      config: heartbeat.config,
      schema: { ...heartbeat.docs, params: taskParams, querystring: noQuery, body: heartbeatBody },
    },
    extendLease,
  );
  app.post(
    '/tasks/:task_id/complete',
    {
      config: complete.config,
      schema: { ...complete.docs, params: taskParams, querystring: noQuery, body: completeBody },
    },
    (request, reply) => {
      const { token, data = {} } = request.body as Static<typeof completeBody>;
      return endTask(request, reply, token, { kind: 'done', data });
    },
  );
  app.post(
    '/tasks/:task_id/fail',
    {
      config: fail.config,
      schema: { ...fail.docs, params: taskParams, querystring: noQuery, body: failBody },
    },
    (request, reply) => {
      const { token, reason, retry = false } = request.body as FailBody;
      if (retry) return giveBack(request, reply);
      return endTask(request, reply, token, { kind: 'failed', reason });
    },
  );

  async function claimTasks(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { tasks: names, limit = 1, lease_s = LEASE_DEFAULT_S } = request.body as Static<typeof claimBody>;
    const { actor } = callerOf(request);
    const idempotency = idempotencyOf(request);
    const claimed = await pawl.tasks.claim({ actor, names, limit, leaseMs: lease_s * 1_000, idempotency });
    if (!claimed.ok) return sendProblem(request, reply, refusalOf(claimed.rejection));
    if (claimed.replayed) reply.header('idempotency-replayed', 'true');
    return sendJson(reply, { data: claimed.tasks.map(viewClaimedTask) });
  }

  async function extendLease(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const taskId = taskIdOf(request);
    const { token, lease_s = LEASE_DEFAULT_S } = request.body as Static<typeof heartbeatBody>;
    const { tenant } = callerOf(request);
    const held = await pawl.once(tenant, idempotencyOf(request), async () => {
      const lease = await pawl.tasks.heartbeat(tenant, taskId, token, lease_s * 1_000);
      if (!lease.ok) throw new ProblemError(refusalOf(lease.rejection));
      return { task_id: taskId, lease_until: timeOf(lease.leaseUntil) };
    });
    return sendOnce(request, reply, held);
  }

  async function endTask(
    request: FastifyRequest,
    reply: FastifyReply,
    token: number,
    outcome: EndTaskCommand['outcome'],
  ): Promise<FastifyReply> {
    const taskId = taskIdOf(request);
    const { orderId } = parseTaskId(taskId) ?? {};
    if (orderId === undefined)
      return sendProblem(request, reply, refusalOf({ code: 'task-not-found', taskId }));
    const command = { kind: 'end-task', taskId, token, outcome } as const;
    const ended = await pawl.submit({ ...contextOf(request), orderId, command });
    if (!ended.ok && ended.rejection.code === 'task-not-found' && (await isKnown(request, taskId)))
      return sendProblem(request, reply, refusalOf({ code: 'lease-lost', taskId }));
    return sendTaskOutcome(request, reply, taskId, ended, deps);
  }

  /** A task that somebody else has ended meanwhile is there no more, but the teller did hold it. */
  async function isKnown(request: FastifyRequest, taskId: string): Promise<boolean> {
    return (await pawl.tasks.get(callerOf(request).tenant, taskId)) !== undefined;
  }

  async function giveBack(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const taskId = taskIdOf(request);
    const { token, reason, retry_after_s } = request.body as FailBody;
    const { tenant, actor } = callerOf(request);
    const afterMs = retry_after_s === undefined ? null : retry_after_s * 1_000;
    const { requestId } = request.call;
    const given = await pawl.once(tenant, idempotencyOf(request), async () => {
      const outcome = await pawl.tasks.giveBack({ actor, taskId, token, reason, afterMs, requestId });
      if (!outcome.ok) throw new ProblemError(refusalOf(rejectionOf(taskId, outcome.rejection)));
      reportEvents(request, outcome.events, deps);
      return viewTaskResult(taskId, outcome, pawl);
    });
    return sendOnce(request, reply, given);
  }
}

function sendOnce(request: FastifyRequest, reply: FastifyReply, once: Once<JsonObject>): FastifyReply {
  if (!once.ok) return sendProblem(request, reply, refusalOf(once.rejection));
  if (once.replayed) reply.header('idempotency-replayed', 'true');
  return sendJson(reply, once.value);
}
