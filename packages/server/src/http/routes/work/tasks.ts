import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isOrderId, type OpenTask, parseTaskId, type Request, type TaskCommand } from 'pawl';
import type { Static } from 'typebox';
import { sendJson } from '../../answer.ts';
import { callerOf, isDryRun } from '../../call.ts';
import { contextOf } from '../../command/command-context.ts';
import { answerDryRun } from '../../command/dry-run.ts';
import { sendTaskOutcome } from '../../command/task-answer.ts';
import type { AppDeps } from '../../deps.ts';
import type { Cursors } from '../../input/cursor.ts';
import { readWindow, sendPage, windowOf } from '../../page.ts';
import type { ProblemCode } from '../../problem.ts';
import { sendProblem } from '../../refusal/problem-answer.ts';
import { refusalOf } from '../../refusal/refusal.ts';
import { viewEndedTask, viewOpenTask } from '../../render/task.ts';
import { describeOperation } from '../../schema/operation.ts';
import { dryRunQuery, noQuery, taskListQuery, taskParams } from '../../schema/queries.ts';
import { resolveBody, retryBody } from '../../schema/work-commands.ts';
import { taskIdOf } from './task-path.ts';

const list = describeOperation('list_tasks', {
  tag: 'Tasks',
  summary: 'List the tasks that are under way, or dead',
  description: 'By the order that they belong to. Those that have ended stand in the trail of their order.',
  answers: { 200: { description: 'A page of tasks.', body: 'TaskPage', headers: ['Link'] } },
});
const read = describeOperation('get_task', {
  tag: 'Tasks',
  summary: 'Read a task, with its failed attempts',
  answers: { 200: { description: 'The task; of an ended one what the trail tells.', body: 'Task' } },
  problems: ['task-not-found', 'history-detached'],
});

const PROBLEMS: readonly ProblemCode[] = [
  'malformed-request',
  'task-not-found',
  'idempotency-key-reused',
  'history-detached',
  'payload-too-large',
  'unsupported-media-type',
  'overloaded',
  'contention',
];

const retry = describeOperation('retry_task', {
  tag: 'Tasks',
  summary: 'Have a dead task tried again',
  description: 'It has all its attempts before it, under the same effect key.',
  reads: ['Idempotency-Key'],
  answers: {
    200: {
      description: 'It is ready again; with `dry_run`: what would happen.',
      body: 'TaskResultOrDryRun',
      headers: ['Idempotency-Replayed'],
    },
  },
  problems: [...PROBLEMS, 'task-not-dead'],
});
const resolve = describeOperation('resolve_task', {
  tag: 'Tasks',
  summary: 'Say by hand how a task has ended',
  description:
    'For who knows it better than the machine, for example from the bank. The reason stands in the trail. Not while somebody works on it.',
  reads: ['Idempotency-Key'],
  answers: {
    200: {
      description: 'The task has ended; with `dry_run`: what would happen.',
      body: 'TaskResultOrDryRun',
      headers: ['Idempotency-Replayed'],
    },
  },
  problems: [...PROBLEMS, 'task-running', 'resolution-leads-nowhere'],
});

/** Tasks, as operators see and mend them. */
export function tasks(app: FastifyInstance, deps: AppDeps, cursors: Cursors): void {
  const { pawl } = deps;
  app.get('/tasks', { config: list.config, schema: { ...list.docs, querystring: taskListQuery } }, listTasks);
  app.get(
    '/tasks/:task_id',
    { config: read.config, schema: { ...read.docs, params: taskParams, querystring: noQuery } },
    readTask,
  );
  app.post(
    '/tasks/:task_id/retry',
    {
      config: retry.config,
      schema: { ...retry.docs, params: taskParams, querystring: dryRunQuery, body: retryBody },
    },
    (request, reply) => submit(request, reply, (taskId) => ({ kind: 'retry-task', taskId })),
  );
  app.post(
    '/tasks/:task_id/resolve',
    {
      config: resolve.config,
      schema: { ...resolve.docs, params: taskParams, querystring: dryRunQuery, body: resolveBody },
    },
    (request, reply) => {
      const { outcome, data, reason } = request.body as Static<typeof resolveBody>;
      return submit(request, reply, (taskId) => ({ kind: 'resolve-task', taskId, outcome, data, reason }));
    },
  );

  async function listTasks(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const query = request.query as Static<typeof taskListQuery>;
    const { tenant } = callerOf(request);
    const { status, order_id: orderId, task: name } = query;
    const scope = { kind: 'tasks', tenant, sequence: JSON.stringify([status, orderId, name]) } as const;
    const window = windowOf(query, cursors, scope);
    const positionOf = ({ id }: OpenTask) => id;
    const now = pawl.now();
    // What cannot be an order's id names none, and so none of its tasks.
    const isNobody = orderId !== undefined && !isOrderId(orderId);
    const found = await readWindow(window, positionOf, async (after, limit) =>
      isNobody ? [] : pawl.tasks.list({ tenant, status, orderId, name, after: keyOf(tenant, after), limit }),
    );
    const entries = { read: found, view: (task: OpenTask) => viewOpenTask(task, now), positionOf };
    return sendPage(request, reply, window, entries, (position) => cursors.write(scope, position));
  }

  async function readTask(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const taskId = taskIdOf(request);
    const found = await pawl.tasks.get(callerOf(request).tenant, taskId);
    if (found?.kind === 'open') return sendJson(reply, viewOpenTask(found.task, pawl.now()));
    const end = found?.event.payload?.work;
    if (found === undefined || end === undefined)
      return sendProblem(request, reply, refusalOf({ code: 'task-not-found', taskId }));
    return sendJson(reply, viewEndedTask(found.event, end));
  }

  async function submit(
    request: FastifyRequest,
    reply: FastifyReply,
    commandOf: (taskId: string) => TaskCommand,
  ): Promise<FastifyReply> {
    const taskId = taskIdOf(request);
    const { orderId } = parseTaskId(taskId) ?? {};
    const command: Request = { ...contextOf(request), orderId, command: commandOf(taskId) };
    if (isDryRun(request) && orderId !== undefined) {
      const isThere = (await pawl.get(command.tenant, orderId)) !== undefined;
      if (isThere) return answerDryRun(request, reply, pawl, command);
    }
    if (isDryRun(request) || orderId === undefined)
      return sendProblem(request, reply, refusalOf({ code: 'task-not-found', taskId }));
    return sendTaskOutcome(request, reply, taskId, await pawl.submit(command), deps);
  }
}

function keyOf(tenant: number, id: string | null) {
  const orderId = id === null ? undefined : parseTaskId(id)?.orderId;
  return id === null || orderId === undefined ? null : { tenant, orderId, id };
}
