import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { REQUEST_HEADERS } from './schema/operation.ts';
import { COMPONENTS } from './schema/resources.ts';

/** Builds the OpenAPI document from the schemas of the routes that are added from now on. */
export async function documentRoutes(app: FastifyInstance, version: string): Promise<void> {
  for (const component of COMPONENTS) app.addSchema(component);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Pawl',
        version,
        description:
          'Orders that only move forward. Every error is a problem (RFC 9457) of the type that it links to.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      tags: ['Orders', 'Stock', 'Tasks', 'Workers', 'Dead letters', 'Workflows', 'Events', 'Operation'].map(
        (name) => ({ name }),
      ),
      components: {
        securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'An API key.' } },
      },
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, at) => String(json['$id'] ?? `Schema${at}`),
    },
    transform: ({ schema, url, route }) => {
      const names = route.config?.reads ?? [];
      // Fastify adds a slash to the root of a prefix.
      const address = url.length > 1 ? url.replace(/\/$/, '') : url;
      return { url: address, schema: names.length === 0 ? schema : withHeaders(schema, names) };
    },
  });
}

/** The headers are read by hand, so that they are in the document without being in what Fastify validates. */
function withHeaders(schema: FastifySchema, names: readonly (keyof typeof REQUEST_HEADERS)[]): FastifySchema {
  const entries = names.map((name) => [name, { type: 'string', description: REQUEST_HEADERS[name] }]);
  return { ...schema, headers: { type: 'object', properties: Object.fromEntries(entries) } };
}

/** The document as it is served and kept in the repository. */
export function openApiText(app: FastifyInstance): string {
  const document = JSON.stringify(app.swagger(), finish, 2);
  return `${document}\n`;
}

/** What the generator cannot know: a body may be absent where nothing in it must be present, and operations are of two kinds. */
function finish(name: string, value: unknown): unknown {
  if (name === 'requestBody') return { ...(value as object), required: mustBePresent(value as RequestBody) };
  if (name === 'operations' && isSchema(value)) return { ...(value as object), items: OPERATION };
  return value;
}

/** Not the member of an example. */
function isSchema(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'items' in value;
}

const OPERATION = {
  anyOf: ['BulkCreate', 'BulkEvent'].map((id) => ({ $ref: `#/components/schemas/${id}` })),
};

interface RequestBody {
  readonly content: Readonly<Record<string, { readonly schema: BodySchema }>>;
}

interface BodySchema {
  readonly properties?: object;
  readonly required?: readonly string[];
}

function mustBePresent({ content }: RequestBody): boolean {
  // Of a definition no member is named here, but without any it is none.
  return Object.values(content).some(
    ({ schema }) => schema.properties === undefined || (schema.required ?? []).length > 0,
  );
}
