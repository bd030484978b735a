import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isOrderId, type Request } from 'pawl';
import type { Static } from 'typebox';
import { sendOutcome } from '../../answer.ts';
import { callerOf, isDryRun } from '../../call.ts';
import { contextOf, occurredAtOf } from '../../command/command-context.ts';
import { answerDryRun } from '../../command/dry-run.ts';
import { mayFire } from '../../command/own-role.ts';
import { createCommand } from '../../command/translate.ts';
import type { AppDeps } from '../../deps.ts';
import { sendProblem } from '../../refusal/problem-answer.ts';
import { ProblemError } from '../../refusal/problem-error.ts';
import { refusalOf } from '../../refusal/refusal.ts';
import { type CreateBody, createBody, type EventBody, eventBody } from '../../schema/commands.ts';
import { describeOperation } from '../../schema/operation.ts';
import { dryRunQuery, orderEventParams } from '../../schema/queries.ts';

const create = describeOperation('create_order', {
  tag: 'Orders',
  summary: 'Create an order',
  reads: ['Idempotency-Key'],
  answers: {
    200: { description: 'With `dry_run`: what would happen.', body: 'DryRun' },
    201: {
      description: 'The new order.',
      body: 'Order',
      headers: ['Location', 'ETag', 'Idempotency-Replayed'],
    },
  },
  problems: [
    'malformed-request',
    'idempotency-key-required',
    'external-id-taken',
    'idempotency-key-reused',
    'history-detached',
    'payload-too-large',
    'unsupported-media-type',
    'workflow-unknown',
    'currency-unknown',
    'amount-invalid',
    'occurred-at-invalid',
    'overloaded',
    'contention',
  ],
});
const fire = describeOperation('transition_order', {
  tag: 'Orders',
  summary: 'Send an event to an order',
  reads: ['Idempotency-Key', 'If-Match'],
  answers: {
    200: {
      description: 'The order after the event; with `dry_run`: what would happen.',
      body: 'OrderOrDryRun',
      headers: ['ETag', 'Idempotency-Replayed'],
    },
    202: {
      description:
        'The event has started work in the background, or had before: the order moves when that ends. `GET /orders/{order_id}/waiting` tells how far it is.',
      body: 'Accepted',
      headers: ['ETag', 'Idempotency-Replayed'],
      example: {
        message: 'validation started',
        order_id: 'ord_01jd3m8k2yfw8sx2q0tr5v9c1n',
        status: 'CREATED',
        task_id: 'ord_01jd3m8k2yfw8sx2q0tr5v9c1n:2:0',
      },
    },
  },
  problems: [
    'malformed-request',
    'order-not-found',
    'event-unknown',
    'version-conflict',
    'idempotency-key-reused',
    'history-detached',
    'precondition-failed',
    'payload-too-large',
    'unsupported-media-type',
    'illegal-transition',
    'reason-required',
    'guard-refused',
    'work-pending',
    'occurred-at-invalid',
    'overloaded',
    'contention',
  ],
});

/** Creating orders and moving them on. */
export function orderCommands(app: FastifyInstance, deps: AppDeps): void {
  const { pawl, settings } = deps;
  app.post(
    '/orders',
    { config: create.config, schema: { ...create.docs, querystring: dryRunQuery, body: createBody } },
    createOrder,
  );
  app.post(
    '/orders/:order_id/:event',
    {
      config: fire.config,
      schema: { ...fire.docs, params: orderEventParams, querystring: dryRunQuery, body: eventBody },
    },
    fireEvent,
  );

  async function createOrder(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const body = request.body as CreateBody;
    const command: Request = {
      ...contextOf(request),
      precondition: undefined,
      workflow: body.workflow ?? settings.defaultWorkflow,
      occurredAt: occurredAtOf(body),
      command: createCommand(body),
    };
    if (isDryRun(request)) return answerDryRun(request, reply, pawl, command);
    if (settings.requireIdempotencyKey && command.idempotency === undefined) throw keyRequired();
    const outcome = await pawl.submit(command);
    if (outcome.ok) reply.code(201).header('location', `/orders/${outcome.order.id}`);
    return sendOutcome(request, reply, outcome, deps);
  }

  async function fireEvent(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { order_id: orderId, event } = request.params as Static<typeof orderEventParams>;
    const body = request.body as EventBody;
    request.call.orderId = orderId;
    const command: Request = {
      ...contextOf(request),
      orderId,
      occurredAt: occurredAtOf(body),
      command: { kind: 'event', event, reason: body.reason, data: body.data },
    };
    if (!isOrderId(orderId))
      return sendProblem(request, reply, refusalOf({ code: 'order-not-found', orderId }));
    await mayFire(pawl, callerOf(request), orderId, event);
    if (isDryRun(request)) return answerDryRun(request, reply, pawl, command);
    return sendOutcome(request, reply, await pawl.submit(command), deps);
  }
}

function keyRequired(): ProblemError {
  return new ProblemError({
    code: 'idempotency-key-required',
    detail: 'Send an Idempotency-Key of your own with each order.',
    headers: { link: '</problems/idempotency-key-required>; rel="describedby"' },
  });
}
