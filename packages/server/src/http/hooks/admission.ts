import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Authenticator } from '../../auth/authenticator.ts';
import { ACCESS, type Access, hasOwnRole, mayCall, type OperationId } from '../../auth/roles.ts';
import { headerOf, UNMATCHED } from '../call.ts';
import type { AppDeps } from '../deps.ts';
import { parseBody } from '../input/body.ts';
import { makeTraceId, parseRequestId, parseTraceparent } from '../input/trace.ts';
import { ProblemError } from '../refusal/problem-error.ts';

type Done = (error?: Error) => void;
type Hook = (request: FastifyRequest, reply: FastifyReply, done: Done) => void;

/** Gives a route its line in logs and metrics. Runs once a route, at the start. */
export function describeRoute(route: RouteOptions): void {
  const template = route.url.replace(/:([a-z_]+)/g, '{$1}');
  route.config = { ...route.config, route: { operation: route.config?.operation, template } };
}

/** The first thing that happens to a request: it gets its ids and, if it can be told, its caller. */
export function createBegin({ lifecycle }: AppDeps, authenticator: Authenticator): Hook {
  return (request, reply, done) => {
    const traceId = parseTraceparent(headerOf(request, 'traceparent')) ?? makeTraceId();
    const requestId = parseRequestId(headerOf(request, 'x-request-id')) ?? traceId;
    const route = request.routeOptions.config.route ?? UNMATCHED;
    request.call = { requestId, traceId, route, caller: undefined, ...NOTHING_YET };
    reply.header('x-request-id', requestId).header('x-content-type-options', 'nosniff');
    if (lifecycle.state() === 'draining') reply.header('connection', 'close');
    if (route.operation === undefined) return done();
    const caller = authenticator.authenticate(request.headers.authorization);
    if (!(caller instanceof Promise)) {
      request.call.caller = caller;
      return done();
    }
    caller.then((one) => {
      request.call.caller = one;
      done();
    }, done);
  };
}

const NOTHING_YET = {
  precondition: undefined,
  idempotencyKey: undefined,
  errorCode: null,
  orderId: null,
  action: undefined,
  domain: undefined,
};

/** After the body has arrived (413, 415): who is it (401), then can the body be read (400). */
export function createAdmit(isLocal: boolean): Hook {
  return (request, _reply, done) => {
    const { route, caller } = request.call;
    if (route.operation === undefined) return done();
    if (caller === undefined && !isOpen(route.operation, isLocal)) return done(unauthenticated(request));
    if (request.body instanceof Buffer) request.body = parseBody(request.body);
    else if (request.body === undefined || request.body === null) request.body = {};
    done();
  };
}

/** After the form (400): may the caller do this at all (403)? What single transitions demand, the engine asks. */
export const authorize: Hook = (request, _reply, done) => {
  const { route, caller } = request.call;
  if (route.operation === undefined || caller === undefined) return done();
  const { roles } = caller.actor;
  if (mayCall(route.operation, roles)) return done();
  // The handler looks closer: the transition may be one that demands just the caller's own role.
  if (route.operation === 'transition_order' && hasOwnRole(roles)) return done();
  done(forbidden(route.operation));
};

/** The refusal of an operation to a caller who has none of its roles. */
export function forbidden(operation: OperationId): ProblemError {
  const access: Access = ACCESS[operation];
  const roles = typeof access === 'string' ? [] : [...new Set([...access, 'admin'])];
  return new ProblemError({
    code: 'role-required',
    detail: `'${operation}' needs one of the roles: ${roles.join(', ')}.`,
    members: { action: operation, roles },
  });
}

function isOpen(operation: OperationId, isLocal: boolean): boolean {
  const access: Access = ACCESS[operation];
  return access === 'public' || (access === 'any-key' && isLocal);
}

function unauthenticated(request: FastifyRequest): ProblemError {
  const sent = request.headers.authorization !== undefined;
  return new ProblemError({
    code: 'unauthenticated',
    detail: sent ? 'The credentials are not known here.' : 'Send Authorization: Bearer <API key>.',
    headers: {
      'www-authenticate': sent ? 'Bearer realm="pawl", error="invalid_token"' : 'Bearer realm="pawl"',
    },
  });
}
