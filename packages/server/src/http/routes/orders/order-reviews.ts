import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isOrderId, type RedriveCommand, type Request, type ReviewCommand } from 'pawl';
import type { Static } from 'typebox';
import { sendOutcome } from '../../answer.ts';
import { isDryRun } from '../../call.ts';
import { contextOf } from '../../command/command-context.ts';
import { answerDryRun } from '../../command/dry-run.ts';
import type { AppDeps } from '../../deps.ts';
import type { ProblemCode } from '../../problem.ts';
import { sendProblem } from '../../refusal/problem-answer.ts';
import { refusalOf } from '../../refusal/refusal.ts';
import { reasonBody } from '../../schema/commands.ts';
import { describeOperation } from '../../schema/operation.ts';
import { dryRunQuery, orderParams } from '../../schema/queries.ts';

const PROBLEMS: readonly ProblemCode[] = [
  'malformed-request',
  'order-not-found',
  'version-conflict',
  'idempotency-key-reused',
  'history-detached',
  'precondition-failed',
  'payload-too-large',
  'unsupported-media-type',
  'overloaded',
  'contention',
];

const review = describeOperation('review_order', {
  tag: 'Orders',
  summary: 'Say that an order was looked at',
  description: 'It leaves the list of dead letters. The reason stands in its trail.',
  reads: ['Idempotency-Key', 'If-Match'],
  answers: {
    200: {
      description: 'The order; with `dry_run`: what would happen.',
      body: 'OrderOrDryRun',
      headers: ['ETag', 'Idempotency-Replayed'],
    },
  },
  problems: [...PROBLEMS, 'review-not-due'],
});
const redrive = describeOperation('redrive_order', {
  tag: 'Orders',
  summary: 'Start a failed order anew',
  description:
    'It goes where its state says, and starts a run whose tasks have effect keys of their own: nothing that was undone is taken for done. Where work of that run follows at once, the answer shows the order after it.',
  reads: ['Idempotency-Key', 'If-Match'],
  answers: {
    200: {
      description: 'The order in its new run; with `dry_run`: what would happen.',
      body: 'OrderOrDryRun',
      headers: ['ETag', 'Idempotency-Replayed'],
    },
  },
  problems: [...PROBLEMS, 'redrive-not-possible'],
});

/** What people do with orders that have failed. */
export function orderReviews(app: FastifyInstance, deps: AppDeps): void {
  const { pawl } = deps;
  for (const [kind, { config, docs }] of [
    ['review', review],
    ['redrive', redrive],
  ] as const) {
    app.post(
      `/orders/:order_id/${kind}`,
      { config, schema: { ...docs, params: orderParams, querystring: dryRunQuery, body: reasonBody() } },
      (request, reply) => {
        const { reason } = request.body as Static<ReturnType<typeof reasonBody>>;
        return submit(request, reply, { kind, reason });
      },
    );
  }

  async function submit(
    request: FastifyRequest,
    reply: FastifyReply,
    command: ReviewCommand | RedriveCommand,
  ): Promise<FastifyReply> {
    const { order_id: orderId } = request.params as Static<typeof orderParams>;
    request.call.orderId = orderId;
    if (!isOrderId(orderId))
      return sendProblem(request, reply, refusalOf({ code: 'order-not-found', orderId }));
    const submitted: Request = { ...contextOf(request), orderId, command };
    if (isDryRun(request)) return answerDryRun(request, reply, pawl, submitted);
    return sendOutcome(request, reply, await pawl.submit(submitted), deps);
  }
}
