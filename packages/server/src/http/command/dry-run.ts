import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Outcome, Pawl, Request } from 'pawl';
import { sendJson } from '../answer.ts';
import { pathOf, renderProblem, sendProblem } from '../refusal/problem-answer.ts';
import { refusalOf } from '../refusal/refusal.ts';
import { viewOrder } from '../render/order.ts';
import { viewPlannedEvent } from '../render/trail.ts';

/** What is not there cannot refuse: these are the answer itself, as without `dry_run`. */
const ABSENCES: ReadonlySet<string> = new Set(['order-not-found', 'event-unknown']);

/** Answers what a command would do. It needs no precondition, and keeps one that is given. */
export async function answerDryRun(
  request: FastifyRequest,
  reply: FastifyReply,
  pawl: Pawl,
  command: Request,
): Promise<FastifyReply> {
  const outcome = await pawl.preview({ ...command, preconditionRequired: false, idempotency: undefined });
  if (!outcome.ok && ABSENCES.has(outcome.rejection.code)) {
    return sendProblem(request, reply, refusalOf(outcome.rejection));
  }
  return sendJson(reply, await viewPreview(request, pawl, command, outcome));
}

/** A preview as clients see it; of a refusal, with the order as it stays. */
export async function viewPreview(
  request: FastifyRequest,
  pawl: Pawl,
  command: Request,
  outcome: Outcome,
): Promise<object> {
  const nothing = { work: [], stock: [], compensation: [] };
  if (outcome.ok) {
    return {
      allowed: true,
      events: outcome.events.map(viewPlannedEvent),
      order: viewOrder(outcome.order),
      ...nothing,
    };
  }
  const order = command.orderId === undefined ? undefined : await pawl.get(command.tenant, command.orderId);
  const problem = renderProblem(refusalOf(outcome.rejection), pathOf(request.url), request.call.traceId);
  return {
    allowed: false,
    events: [],
    order: order === undefined ? null : viewOrder(order),
    ...nothing,
    problem,
  };
}
