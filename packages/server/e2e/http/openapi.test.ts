import { globSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { ACCESS } from '../../src/auth/roles.ts';
import { openApiText } from '../../src/http/openapi.ts';
import { PROBLEMS } from '../../src/http/problem.ts';
import { startServer } from './harness.ts';

interface Media {
  readonly schema: object;
  readonly example?: unknown;
  readonly examples?: Record<string, { value: unknown }>;
}
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly security: readonly object[];
  readonly tags: readonly string[];
  readonly parameters?: readonly { name: string; in: string }[];
  readonly requestBody?: { readonly required: boolean; readonly content: Record<string, Media> };
  readonly responses: Record<string, { description: string; content?: Record<string, Media> }>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object> };
}

async function documentOf(): Promise<{ document: Document; routes: string[]; text: string }> {
  const server = await startServer();
  const routes = server.app.printRoutes({ commonPrefix: false });
  const { body, text } = await server.call('GET', '/openapi.json');
  return { document: body, routes: parseRoutes(routes), text };
}

/** `METHOD /path/{parameter}` of each route of the router, without HEAD, which is GET's. */
function parseRoutes(tree: string): string[] {
  const found: string[] = [];
  const path: string[] = [];
  for (const line of tree.split('\n')) {
    const match = /^((?:│ {3}| {4})*)[├└]── (\S*)(?: \(([A-Z, ]+)\))?/.exec(line);
    if (match === null) continue;
    const [, indent = '', part = '', methods = ''] = match;
    path.length = indent.length / 4;
    path.push(part);
    for (const method of methods.split(', ').filter((one) => one !== '' && one !== 'HEAD')) {
      found.push(`${method} ${path.join('').replace(/:([a-z_]+)/g, '{$1}')}`);
    }
  }
  return found;
}

const operationsOf = (document: Document): [string, Operation][] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );

/** Operations that pass over a query, and why: they read only, and others append theirs to such addresses. */
const ANY_QUERY: Readonly<Record<string, string>> = {
  get_root: 'a page: links to it come with marks of where they stood',
  get_problem: 'a page, as the one above',
  get_docs: 'a page, as the one above',
  get_openapi: 'a file: a query is how caches are passed',
  get_health: 'a probe: some add a number to pass caches, and a 400 would take the server out of service',
  get_liveness: 'a probe, as the one above',
  get_readiness: 'a probe, as the one above',
  get_metrics: 'a collector may add parameters to all its targets',
};

test('every operation refuses a parameter that it does not know, but for a few', async () => {
  const server = await startServer();
  const { body: document } = await server.call('GET', '/openapi.json');
  const passedOver: string[] = [];
  for (const [line, { operationId, requestBody }] of operationsOf(document)) {
    const [method = '', path = ''] = line.split(' ');
    const address = path.replace('{code}', 'overloaded').replace(/\{[a-z_]+\}/g, 'x');
    const body = requestBody?.content['application/json']?.example;
    const { body: answer } = await server.call(method, `${address}?misspelt=true`, { body });
    const [error] = answer.errors ?? [];
    if (error?.in !== 'query' || error.pointer !== '#/misspelt') passedOver.push(operationId);
  }
  expect(passedOver.sort()).toEqual(Object.keys(ANY_QUERY).sort());
});

describe('the OpenAPI document', () => {
  test('has every route and nothing else', async () => {
    const { document, routes } = await documentOf();
    expect(document.openapi).toBe('3.1.0');
    const documented = operationsOf(document).map(([line]) => line);
    // The page at /docs has scripts and styles of its own, which are no operations.
    const own = routes.filter((route) => !/^GET \/docs\/|^OPTIONS \*/.test(route));
    expect([...new Set(own)].sort()).toEqual(documented.sort());
  });

  test('names every operation of the table of roles once, with its security', async () => {
    const { document } = await documentOf();
    const operations = operationsOf(document).map(([, operation]) => operation);
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(ACCESS).sort());
    for (const { operationId, security, summary, tags } of operations) {
      expect([operationId, security]).toEqual([
        operationId,
        ACCESS[operationId as keyof typeof ACCESS] === 'public' ? [] : [{ apiKey: [] }],
      ]);
      expect([summary.length > 5, tags.length]).toEqual([true, 1]);
    }
  });

  test('shows for each problem an example that validates', async () => {
    const { document } = await documentOf();
    const ajv = schemasOf(document);
    let examples = 0;
    for (const [line, { responses }] of operationsOf(document)) {
      for (const [status, { content = {}, description }] of Object.entries(responses)) {
        expect(description).not.toBe('Default Response');
        if (Number(status) >= 400 && !line.endsWith('/health'))
          expect(Object.keys(content)).toEqual(['application/problem+json']);
        for (const media of Object.values(content)) {
          const values = [
            ...Object.values(media.examples ?? {}).map(({ value }) => value),
            ...('example' in media ? [media.example] : []),
          ];
          const validate = ajv.compile(pointed(media.schema));
          for (const value of values) {
            examples++;
            expect([line, status, validate(value), validate.errors]).toEqual([line, status, true, null]);
          }
        }
      }
    }
    expect(examples).toBeGreaterThan(100);
  });

  test('shows for each body an example that validates, and says which may be absent', async () => {
    const { document } = await documentOf();
    const ajv = schemasOf(document);
    const bodies = operationsOf(document).flatMap(([, { operationId, requestBody }]) =>
      requestBody === undefined ? [] : [{ operationId, requestBody }],
    );
    for (const { operationId, requestBody } of bodies) {
      for (const { schema, example } of Object.values(requestBody.content)) {
        const validate = ajv.compile(pointed(schema));
        expect([operationId, example === undefined, validate(example), validate.errors]).toEqual([
          operationId,
          false,
          true,
          null,
        ]);
      }
    }
    const absent = bodies
      .filter(({ requestBody }) => !requestBody.required)
      .map(({ operationId }) => operationId);
    expect(absent.sort()).toEqual(['retry_task', 'transition_order', 'update_order']);
    expect(Object.keys(document.paths['/orders/{order_id}']?.['patch']?.requestBody?.content ?? {})).toEqual([
      'application/json',
      'application/merge-patch+json',
    ]);
  });

  test('has a component for every reference, and every problem somewhere', async () => {
    const { document, text } = await documentOf();
    for (const [, name = ''] of text.matchAll(/#\/components\/schemas\/([A-Za-z]+)/g)) {
      expect(document.components.schemas).toHaveProperty(name);
    }
    const shown = new Set([...text.matchAll(/"\/problems\/([a-z-]+)"/g)].map((match) => match[1]));
    // What happens before a request has a route.
    const unrouted = [
      'method-not-allowed',
      'timer-gone',
      'request-timeout',
      'headers-too-large',
      'host-not-allowed',
      'origin-not-allowed',
    ];
    expect(
      Object.keys(PROBLEMS)
        .filter((code) => !shown.has(code))
        .sort(),
    ).toEqual(unrouted.sort());
  });

  test('is the one in docs/openapi.json (`vitest -u` writes it)', async () => {
    const server = await startServer({ version: '0.1.0' });
    await expect(openApiText(server.app)).toMatchFileSnapshot('../../../../docs/openapi.json');
  });
});

/** Texts for people. The advice of problems and findings stands in them as the code has it. */
const ROOT = new URL('../../../../', import.meta.url);
const PAGES = ['README.md', 'docs/openapi.json', ...globSync('docs/**/*.md', { cwd: ROOT })];

test('every call that a page names is one of the document', async () => {
  const { document } = await documentOf();
  const operations = operationsOf(document).map(
    ([line]) => new RegExp(`^${line.replace(/\{[a-z_]+\}/g, '[^/]+')}$`),
  );
  const named = PAGES.flatMap((page) => callsIn(page).map((call) => [page, call] as const));
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter(([, call]) => !operations.some((operation) => operation.test(call)))).toEqual([]);
});

/** `METHOD /path` of each call that stands between backticks, without its query. */
function callsIn(page: string): string[] {
  const text = readFileSync(new URL(page, ROOT), 'utf8');
  return [...text.matchAll(/`((?:GET|POST|PUT|PATCH|DELETE) \/[^`?\s]*)/g)].map(([, call = '']) => call);
}

test('docs/PROBLEMS.md holds the table of problems (`vitest -u` writes it)', async () => {
  const entries = Object.entries(PROBLEMS).map(
    ([code, { status, title, advice }]) => `## ${code}\n\n${status} **${title}.** ${advice}\n`,
  );
  const text = [
    '# Problems\n',
    'Every error is `application/problem+json` (RFC 9457). `type` is `/problems/<code>`, which the server answers with what',
    'stands here; `code` is stable, `title` is the same for every occurrence, `detail` is for people. `trace_id` finds the',
    'request in the log. Problems of the form have `errors`, each with `in`, `pointer` and `detail`.\n',
    ...entries,
  ];
  await expect(text.join('\n')).toMatchFileSnapshot('../../../../docs/PROBLEMS.md');
});

function schemasOf(document: Document): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema(document, 'openapi');
  return ajv;
}

function pointed(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"openapi#/components'));
}
