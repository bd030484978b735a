import type { FastifyRequest } from 'fastify';
import { canonicalJson, type Idempotency, isOrderId, type Request } from 'pawl';
import type { Static } from 'typebox';
import { callerOf } from '../call.ts';
import { createCheck } from '../input/validator.ts';
import { pathOf } from '../refusal/problem-answer.ts';
import { invalid, type ProblemDetails } from '../refusal/problem-error.ts';
import { refusalOf } from '../refusal/refusal.ts';
import { bulkCreate, bulkEvent } from '../schema/commands.ts';
import { occurredAtOf } from './command-context.ts';
import { createCommand } from './translate.ts';

/** One operation of a bulk call: a request for the engine, or what is wrong with it already. */
export type BulkOperation =
  | { readonly ok: true; readonly request: Request; readonly action: 'create_order' | 'transition_order' }
  | { readonly ok: false; readonly problem: ProblemDetails };

/** What all operations of a call share. */
export interface BulkContext {
  readonly request: FastifyRequest;
  readonly key: string | undefined;
  readonly defaultWorkflow: string;
}

/** No visible character, so that no client can make a key of its own that is one of these. */
const KEY_SEPARATOR = '\n';

const checkCreate = createCheck(bulkCreate);
const checkEvent = createCheck(bulkEvent);

/** Reads an operation of whatever form. */
export function readOperation(operation: unknown, index: number, context: BulkContext): BulkOperation {
  const op: unknown =
    typeof operation === 'object' && operation !== null ? Reflect.get(operation, 'op') : undefined;
  if (op === 'create') return readCreate(operation, index, context);
  if (op === 'event') return readEvent(operation, index, context);
  const detail = 'must be "create" or "event"';
  return {
    ok: false,
    problem: invalid([{ in: 'body', pointer: `#/operations/${index}/op`, detail }]).details,
  };
}

function readCreate(operation: unknown, index: number, context: BulkContext): BulkOperation {
  const problem = problemOf(checkCreate(operation), index);
  if (problem !== undefined) return { ok: false, problem };
  const body = operation as Static<typeof bulkCreate>;
  const request: Request = {
    ...baseOf(operation, index, context),
    workflow: body.workflow ?? context.defaultWorkflow,
    occurredAt: occurredAtOf(body),
    command: createCommand(body),
  };
  return { ok: true, request, action: 'create_order' };
}

function readEvent(operation: unknown, index: number, context: BulkContext): BulkOperation {
  const problem = problemOf(checkEvent(operation), index);
  if (problem !== undefined) return { ok: false, problem };
  const { order_id: orderId, event, if_match, reason, data, ...rest } = operation as Static<typeof bulkEvent>;
  if (!isOrderId(orderId)) return { ok: false, problem: refusalOf({ code: 'order-not-found', orderId }) };
  const request: Request = {
    ...baseOf(operation, index, context),
    orderId,
    occurredAt: occurredAtOf(rest),
    precondition: if_match === undefined ? undefined : { kind: 'version', version: if_match },
    command: { kind: 'event', event, reason, data },
  };
  return { ok: true, request, action: 'transition_order' };
}

function baseOf(operation: unknown, index: number, { request, key }: BulkContext) {
  const { tenant, actor } = callerOf(request);
  const idempotency = key === undefined ? undefined : idempotencyOf(request, key, index, operation);
  return { tenant, actor, requestId: request.call.requestId, idempotency };
}

function idempotencyOf(request: FastifyRequest, key: string, index: number, operation: unknown): Idempotency {
  return {
    key: `${key}${KEY_SEPARATOR}${index}`,
    call: `${request.method} ${pathOf(request.url)} ${canonicalJson(operation)}`,
  };
}

function problemOf(errors: ReturnType<typeof checkCreate>, index: number): ProblemDetails | undefined {
  if (errors.length === 0) return undefined;
  return invalid(
    errors.map((error) => ({ ...error, pointer: `#/operations/${index}${error.pointer.slice(1)}` })),
  ).details;
}
