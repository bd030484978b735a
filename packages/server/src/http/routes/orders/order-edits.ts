import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Command, isOrderId, type Request } from 'pawl';
import type { Static } from 'typebox';
import { sendOutcome } from '../../answer.ts';
import { isDryRun } from '../../call.ts';
import { contextOf } from '../../command/command-context.ts';
import { answerDryRun } from '../../command/dry-run.ts';
import { editCommand } from '../../command/translate.ts';
import type { AppDeps } from '../../deps.ts';
import { PATCH_TYPES, takeMergePatch } from '../../hooks/content-types.ts';
import type { ProblemCode } from '../../problem.ts';
import { sendProblem } from '../../refusal/problem-answer.ts';
import { refusalOf } from '../../refusal/refusal.ts';
import { type PatchBody, patchBody, replaceBody } from '../../schema/commands.ts';
import { describeOperation } from '../../schema/operation.ts';
import { dryRunQuery, orderParams } from '../../schema/queries.ts';

const EDIT_PROBLEMS: readonly ProblemCode[] = [
  'malformed-request',
  'order-not-found',
  'version-conflict',
  'precondition-failed',
  'payload-too-large',
  'unsupported-media-type',
  'order-not-editable',
  'work-pending',
  'currency-unknown',
  'amount-invalid',
  'metadata-too-large',
  'precondition-required',
  'overloaded',
  'contention',
];

const replace = describeOperation('replace_order', {
  tag: 'Orders',
  summary: 'Replace what an order contains',
  description:
    'All four fields, and never the status. Without a change there is no event and no new version.',
  reads: ['If-Match'],
  answers: {
    200: {
      description: 'The order as it is now; with `dry_run`: what would happen.',
      body: 'OrderOrDryRun',
      headers: ['ETag'],
    },
  },
  problems: EDIT_PROBLEMS,
});
const patch = describeOperation('update_order', {
  tag: 'Orders',
  summary: 'Move an order to a status, or change some of what it contains',
  reads: ['Idempotency-Key', 'If-Match'],
  answers: {
    200: {
      description: 'The order as it is now; with `dry_run`: what would happen.',
      body: 'OrderOrDryRun',
      headers: ['ETag', 'Idempotency-Replayed'],
    },
  },
  problems: [
    ...EDIT_PROBLEMS,
    'idempotency-key-reused',
    'history-detached',
    'illegal-transition',
    'ambiguous-transition',
    'reason-required',
    'guard-refused',
  ],
});

/** Changing orders by `PUT` and `PATCH`, both under a precondition. */
export function orderEdits(app: FastifyInstance, deps: AppDeps): void {
  const { pawl } = deps;
  takeMergePatch(app);
  app.put(
    '/orders/:order_id',
    {
      config: replace.config,
      schema: { ...replace.docs, params: orderParams, querystring: dryRunQuery, body: replaceBody },
    },
    (request, reply) => {
      const { customer_id, currency, items, metadata } = request.body as Static<typeof replaceBody>;
      return change(request, reply, { kind: 'edit', customerId: customer_id, currency, items, metadata });
    },
  );
  app.patch(
    '/orders/:order_id',
    {
      config: patch.config,
      schema: {
        ...patch.docs,
        consumes: PATCH_TYPES,
        params: orderParams,
        querystring: dryRunQuery,
        body: patchBody,
      },
    },
    (request, reply) => {
      const body = request.body as PatchBody;
      if (body.status === undefined) return change(request, reply, editCommand(body));
      request.call.action = 'transition_order';
      return change(request, reply, { kind: 'set-status', status: body.status, reason: body.reason });
    },
  );

  async function change(
    request: FastifyRequest,
    reply: FastifyReply,
    command: Command,
  ): Promise<FastifyReply> {
    const { order_id: orderId } = request.params as Static<typeof orderParams>;
    request.call.orderId = orderId;
    const submitted: Request = {
      ...contextOf(request),
      orderId,
      preconditionRequired: true,
      command,
    };
    if (!isOrderId(orderId))
      return sendProblem(request, reply, refusalOf({ code: 'order-not-found', orderId }));
    if (isDryRun(request)) return answerDryRun(request, reply, pawl, submitted);
    return sendOutcome(request, reply, await pawl.submit(submitted), deps);
  }
}
