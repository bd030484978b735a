import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { openApiText } from '../openapi.ts';
import { ProblemError } from '../refusal/problem-error.ts';
import { describeOperation } from '../schema/operation.ts';

const DOCS = '/docs';

const openapi = describeOperation('get_openapi', {
  tag: 'Operation',
  summary: 'Read this document',
  answers: { 200: { description: 'OpenAPI 3.1.', mediaType: 'application/json' } },
});
const ui = describeOperation('get_docs', {
  tag: 'Operation',
  summary: 'Show the operations, to be tried',
  answers: { 200: { description: 'A page that loads nothing from elsewhere.', mediaType: 'text/html' } },
});

/** The OpenAPI document, and the page that shows it. */
export async function docs(app: FastifyInstance): Promise<void> {
  let text: string | undefined;
  app.get('/openapi.json', { config: openapi.config, schema: openapi.docs }, (_request, reply) => {
    text ??= openApiText(app);
    return reply.header('content-type', 'application/json; charset=utf-8').send(text);
  });
  app.addHook('onRoute', documentPage);
  await app.register(swaggerUi, {
    routePrefix: DOCS,
    uiConfig: { url: '/openapi.json', deepLinking: true, validatorUrl: null, persistAuthorization: false },
    uiHooks: {
      // The plugin's own copies of the document: there is one address for it.
      onRequest: (request, _reply, done) => {
        const isCopy = /^\/docs\/(?:json|yaml)(?:$|\?)/.test(request.url);
        done(
          isCopy
            ? new ProblemError({ code: 'not-found', detail: 'The document is at /openapi.json.' })
            : undefined,
        );
      },
    },
  });
}

/** The plugin hides its routes from the document; the page itself belongs in it. Its scripts and styles are part of the page. */
function documentPage(route: RouteOptions): void {
  if (!route.url.startsWith(DOCS)) return;
  route.config = { ...route.config, ...ui.config };
  if (route.url === DOCS && route.method === 'GET') route.schema = ui.docs;
}
