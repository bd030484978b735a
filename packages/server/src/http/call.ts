import type { FastifyRequest } from 'fastify';
import type { Precondition } from 'pawl';
import type { Caller } from '../auth/authenticator.ts';
import type { OperationId } from '../auth/roles.ts';
import type { DomainEvent } from './observe.ts';

/** What is known of a request beyond its own text: gathered on its way in, and logged on its way out. */
export interface Call {
  readonly requestId: string;
  /** 32 hexadecimal characters. */
  readonly traceId: string;
  readonly route: RouteInfo;
  caller: Caller | undefined;
  /** What `If-Match` demands, where the operation reads it. */
  precondition: Precondition | undefined;
  /** Where the operation reads it. */
  idempotencyKey: string | undefined;
  errorCode: string | null;
  orderId: string | null;
  /** Where it is known better than by the route: a `PATCH` of the status is a transition. */
  action: OperationId | undefined;
  domain: DomainEvent | undefined;
}

/** What a route knows of itself, made once. */
export interface RouteInfo {
  readonly operation: OperationId | undefined;
  /** As OpenAPI writes it: `/orders/{order_id}`. */
  readonly template: string;
}

/** The route of what no route takes. */
export const UNMATCHED: RouteInfo = { operation: undefined, template: '(unmatched)' };

declare module 'fastify' {
  interface FastifyRequest {
    call: Call;
  }
  interface FastifyContextConfig {
    /** The route's operationId, which is also its line in the table of roles. */
    operation?: OperationId;
    route?: RouteInfo;
  }
}

/** The caller of a route that is not public. */
export function callerOf(request: FastifyRequest): Caller {
  const { caller } = request.call;
  if (caller === undefined) throw new Error('a route without a caller asked who it is');
  return caller;
}

/** Any header as one text: Node joins repeated ones, except a few that none of our readers asks for. */
export function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** Whether the command is only to be tried; only commands have the parameter. */
export function isDryRun({ query }: FastifyRequest): boolean {
  return (query as { readonly dry_run?: boolean }).dry_run === true;
}
