import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { describeRoute } from '../hooks/admission.ts';
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

/** It would offer a choice of documents, of which there is one, under the logo of the page's makers. */
const NO_TOP_BAR = '.swagger-ui .topbar { display: none }';
/** A wheel that turns one way only: a tooth, and the pawl that holds it. */
const MARK =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#1f5f4a" d="M4 28V12l12 16V12l12 16z"/><path fill="none" stroke="#d08a2e" stroke-width="3" stroke-linecap="round" d="M28 4 17 9"/></svg>';

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
    // A list of one, because the plugin replaces a plain `url` by that of its own copy of the document.
    uiConfig: {
      urls: [{ url: '/openapi.json', name: 'Pawl' }],
      deepLinking: true,
      validatorUrl: null,
      persistAuthorization: false,
    },
    theme: {
      title: 'Pawl: operations',
      css: [{ filename: 'pawl.css', content: NO_TOP_BAR }],
      favicon: [{ filename: 'pawl.svg', rel: 'icon', type: 'image/svg+xml', sizes: 'any', content: MARK }],
    },
    logo: { type: 'image/svg+xml', content: MARK },
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
  describeRoute(route);
  if (route.url === DOCS && route.method === 'GET') route.schema = ui.docs;
}
