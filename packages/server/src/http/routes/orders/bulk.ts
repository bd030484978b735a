import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Outcome } from 'pawl';
import type { Static } from 'typebox';
import { countTransitions, logEvents, sendJson } from '../../answer.ts';
import { isDryRun } from '../../call.ts';
import { type BulkOperation, readOperation } from '../../command/bulk-operation.ts';
import { preview } from '../../command/dry-run.ts';
import type { AppDeps } from '../../deps.ts';
import { pathOf, renderProblem, sendProblem } from '../../refusal/problem-answer.ts';
import { type ProblemDetails, statusOf } from '../../refusal/problem-error.ts';
import { refusalOf } from '../../refusal/refusal.ts';
import { viewOrder } from '../../render/order.ts';
import { bulkBody } from '../../schema/commands.ts';
import { describeOperation } from '../../schema/operation.ts';
import { dryRunQuery } from '../../schema/queries.ts';

type Readable = Extract<BulkOperation, { ok: true }>;

const bulk = describeOperation('bulk_orders', {
  tag: 'Orders',
  summary: 'Create and move many orders in one call',
  description:
    'Each operation is atomic by itself, those of one order are carried out in list order, and results come in the order of the operations. A wrong operation is its own 400; only a wrong envelope fails the call. The `Idempotency-Key` covers operation by operation: a result with `replayed` is the stored one of an earlier, equal call. With `dry_run`, each operation is judged alone, on the orders as they are.',
  reads: ['Idempotency-Key'],
  answers: { 200: { description: 'One result for each operation.', body: 'BulkResults' } },
  problems: ['malformed-request', 'payload-too-large', 'unsupported-media-type', 'overloaded'],
});

/** Many commands in one call. */
export function bulkOrders(app: FastifyInstance, deps: AppDeps): void {
  const { pawl, settings } = deps;
  app.post(
    '/orders/bulk',
    {
      config: bulk.config,
      bodyLimit: settings.bulkMaxBytes,
      schema: { ...bulk.docs, querystring: dryRunQuery, body: bulkBody },
    },
    async (request, reply) => {
      const context = {
        request,
        key: request.call.idempotencyKey,
        defaultWorkflow: settings.defaultWorkflow,
      };
      const { operations } = request.body as Static<typeof bulkBody>;
      const read = operations.map((operation, index) => readOperation(operation, index, context));
      return isDryRun(request) ? previewAll(request, reply, read) : submitAll(request, reply, read);
    },
  );

  async function submitAll(
    request: FastifyRequest,
    reply: FastifyReply,
    operations: readonly BulkOperation[],
  ): Promise<FastifyReply> {
    const readable = operations.filter((operation): operation is Readable => operation.ok);
    const outcomes = await pawl.submitAll(readable.map((operation) => operation.request));
    const refusal = overloadOf(outcomes);
    if (refusal !== undefined) return sendProblem(request, reply, refusal);
    const queue = outcomes.values();
    const results = operations.map((operation) => {
      if (!operation.ok) return problemResult(request, operation.problem);
      const outcome = queue.next().value as Outcome;
      report(request, operation, outcome);
      return outcomeResult(request, operation, outcome);
    });
    return sendJson(reply, { results });
  }

  async function previewAll(
    request: FastifyRequest,
    reply: FastifyReply,
    operations: readonly BulkOperation[],
  ): Promise<FastifyReply> {
    const results = operations.map(async (operation) => {
      if (!operation.ok) return problemResult(request, operation.problem);
      return { status: 200, ...(await preview(request, pawl, operation.request)).view };
    });
    return sendJson(reply, { results: await Promise.all(results) });
  }

  /** Events of one call have no log line of their own otherwise. */
  function report(request: FastifyRequest, { action }: Readable, outcome: Outcome): void {
    if (!outcome.ok) return;
    countTransitions(outcome.events, deps.metrics);
    logEvents(request, outcome.events, deps.log, action);
  }
}

/** There is room for all operations or for none. */
function overloadOf(outcomes: readonly Outcome[]): ProblemDetails | undefined {
  const [first] = outcomes;
  return first?.ok === false && first.rejection.code === 'overloaded'
    ? refusalOf(first.rejection)
    : undefined;
}

/** `replayed` stands only where it is true, as the header of a single command does. */
function outcomeResult(request: FastifyRequest, operation: Readable, outcome: Outcome): object {
  const replayed = outcome.replayed ? { replayed: true } : {};
  if (!outcome.ok) return { ...problemResult(request, refusalOf(outcome.rejection)), ...replayed };
  const { order, accepted } = outcome;
  const status = accepted === undefined ? (operation.action === 'create_order' ? 201 : 200) : 202;
  const task = accepted === undefined ? {} : { task_id: accepted.taskId };
  return { status, ...replayed, order: viewOrder(order), ...task };
}

function problemResult(request: FastifyRequest, problem: ProblemDetails): object {
  const rendered = renderProblem(problem, pathOf(request.url), request.call.traceId);
  return { status: statusOf(problem), problem: rendered };
}
