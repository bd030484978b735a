import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LiveOrder, Outcome, Pawl, Request } from 'pawl';
import { sendJson } from '../answer.ts';
import { pathOf, renderProblem, sendProblem } from '../refusal/problem-answer.ts';
import { refusalOf } from '../refusal/refusal.ts';
import { viewOrder } from '../render/order.ts';
import { viewPlannedEvent } from '../render/trail.ts';
import { compensationOf, movementsOf, workOf } from './planned-work.ts';

/** What is not there cannot refuse: these are the answer itself, as without `dry_run`. */
const ABSENCES: ReadonlySet<string> = new Set(['order-not-found', 'event-unknown', 'task-not-found']);

/** Answers what a command would do. It needs no precondition, and keeps one that is given. */
export async function answerDryRun(
  request: FastifyRequest,
  reply: FastifyReply,
  pawl: Pawl,
  command: Request,
): Promise<FastifyReply> {
  const { outcome, view } = await preview(request, pawl, command);
  if (!outcome.ok && ABSENCES.has(outcome.rejection.code)) {
    return sendProblem(request, reply, refusalOf(outcome.rejection));
  }
  return sendJson(reply, view);
}

/** What a command would do, as the engine says it and as clients see it. */
export async function preview(
  request: FastifyRequest,
  pawl: Pawl,
  command: Request,
): Promise<{ readonly outcome: Outcome; readonly view: object }> {
  const { orderId, tenant } = command;
  const before = orderId === undefined ? undefined : await pawl.get(tenant, orderId);
  const outcome = await pawl.preview({ ...command, preconditionRequired: false, idempotency: undefined });
  return { outcome, view: viewPreview(request, pawl, before, outcome) };
}

/** A preview as clients see it; of a refusal, with the order as it stays. */
function viewPreview(
  request: FastifyRequest,
  pawl: Pawl,
  before: LiveOrder | undefined,
  outcome: Outcome,
): object {
  if (outcome.ok) {
    return {
      allowed: true,
      events: outcome.events.map(viewPlannedEvent),
      order: viewOrder(outcome.order),
      work: workOf(outcome, before),
      stock: movementsOf(outcome),
      compensation: compensationOf(outcome, before, pawl.workflows.byHash(outcome.order.workflowHash)),
    };
  }
  const problem = renderProblem(refusalOf(outcome.rejection), pathOf(request.url), request.call.traceId);
  return {
    allowed: false,
    events: [],
    order: before === undefined ? null : viewOrder(before),
    work: [],
    stock: [],
    compensation: [],
    problem,
  };
}
