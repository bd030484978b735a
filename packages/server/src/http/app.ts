import type { Socket } from 'node:net';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import { createAuthenticator } from '../auth/authenticator.ts';
import type { AppDeps } from './deps.ts';
import { authorize, createAdmit, createBegin, describeRoute } from './hooks/admission.ts';
import { createComplete } from './hooks/completion.ts';
import { readConditions } from './hooks/conditions.ts';
import { takeJson } from './hooks/content-types.ts';
import { allowOrigins } from './hooks/cross-origin.ts';
import { guardLocal } from './hooks/local-callers.ts';
import { limitRate } from './hooks/rate-limit.ts';
import { securePages } from './hooks/security-headers.ts';
import { createCursors } from './input/cursor.ts';
import { compileValidator } from './input/validator.ts';
import {
  CONNECTIONS_CHECK_MS,
  CONNECTIONS_MAX,
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_TIMEOUT_MS,
  REQUEST_TIMEOUT_MS,
  SEGMENT_MAX_CHARS,
  STALLED_TIMEOUT_MS,
} from './limits.ts';
import { documentRoutes } from './openapi.ts';
import { createClientErrorHandler } from './refusal/client-error.ts';
import { createErrorHandler } from './refusal/error-handler.ts';
import { answerUnmatched } from './refusal/not-found.ts';
import { docs } from './routes/docs.ts';
import { events } from './routes/events.ts';
import { operation } from './routes/operation.ts';
import { bulkOrders } from './routes/orders/bulk.ts';
import { orderCommands } from './routes/orders/order-commands.ts';
import { orderEdits } from './routes/orders/order-edits.ts';
import { orderReads } from './routes/orders/order-reads.ts';
import { orderReviews } from './routes/orders/order-reviews.ts';
import { pages } from './routes/pages.ts';
import { stock } from './routes/stock.ts';
import { deadLetters } from './routes/work/dead-letters.ts';
import { tasks } from './routes/work/tasks.ts';
import { workers } from './routes/work/workers.ts';
import { workflows } from './routes/workflows.ts';
import { takeInTurn } from './take-in-turn.ts';

export type { AppDeps } from './deps.ts';

/** Fastify's types know no other compilers than its own; where it is given none it loads those, a hundred modules, at each start. */
const COMPILERS = {
  buildValidator: () => compileValidator,
  buildSerializer: () => () => JSON.stringify,
} as unknown as NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>;

/** Builds the HTTP edge, ready for `listen` or `inject`. */
export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const { pawl, settings, version } = deps;
  const handleError = createErrorHandler(deps.log, deps.clock);
  const begin = createBegin(deps, createAuthenticator(settings.apiKeys, pawl));
  const complete = createComplete(deps);
  const app = createServer(settings.bodyMaxBytes, createClientErrorHandler(deps), (error, request, reply) => {
    // Addresses that the router cannot read pass no hook.
    reply.raw.once('close', () => complete(request, reply, () => undefined));
    begin(request, reply, () => handleError(error, request, reply));
  });
  app.setErrorHandler(handleError);
  takeJson(app);
  app.decorateRequest('call');
  app.addHook('onRoute', describeRoute);
  app.addHook('onRequest', begin);
  app.addHook('preValidation', createAdmit(settings.env === 'local'));
  app.addHook('preHandler', readConditions);
  app.addHook('preHandler', authorize);
  app.addHook('onResponse', complete);
  guardLocal(app, settings);
  await limitRate(app, settings);
  await allowOrigins(app, settings);
  answerUnmatched(app);
  await documentRoutes(app, version);
  await addRoutes(app, deps, await pawl.secret());
  return app;
}

function createServer(
  bodyLimit: number,
  clientErrorHandler: (error: Error, socket: Socket) => void,
  frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => void,
): FastifyInstance {
  const app = Fastify({
    bodyLimit,
    logController: new Fastify.LogController({ disableRequestLogging: true }),
    frameworkErrors,
    clientErrorHandler,
    // A connection that stays open while the listener closes is answered, and told to close.
    return503OnClosing: false,
    connectionTimeout: STALLED_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    http: { connectionsCheckingInterval: CONNECTIONS_CHECK_MS },
    routerOptions: { maxParamLength: SEGMENT_MAX_CHARS },
    schemaController: { compilersFactory: COMPILERS },
  });
  takeInTurn(app.server);
  app.server.headersTimeout = HEADERS_TIMEOUT_MS;
  app.server.maxConnections = CONNECTIONS_MAX;
  return app;
}

/** One plugin a resource; where a plugin changes what bodies or headers are, it has a scope of its own. */
async function addRoutes(app: FastifyInstance, deps: AppDeps, secret: string): Promise<void> {
  const cursors = createCursors(secret);
  orderReviews(app, deps);
  orderCommands(app, deps);
  orderReads(app, deps, cursors);
  bulkOrders(app, deps);
  stock(app, deps, cursors);
  tasks(app, deps, cursors);
  workers(app, deps);
  deadLetters(app, deps, cursors);
  workflows(app, deps, cursors);
  events(app, deps, cursors);
  operation(app, deps);
  await app.register(async (scope) => orderEdits(scope, deps));
  await app.register(async (scope) => {
    await securePages(scope);
    pages(scope, deps);
    await docs(scope);
  });
}
