import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@pawl/local-postgres';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import type { Store } from 'pawl';
import { createMemoryStore } from 'pawl/memory';
import { openPostgresStore } from 'pawl/postgres';
import { openSqliteStore } from 'pawl/sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { type Answer, type Harness, ITEM } from './harness.ts';
import { startShop } from './printing.ts';

/** Requests of one run. More find more, slower: `FUZZ_RUNS=20000 npx vitest run packages/server/e2e/http/fuzz`. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 1_500);

/** What one store takes, another may refuse: PostgreSQL has no U+0000 in its texts, and numbers of 32 bits. */
const STORES: Readonly<Record<string, () => Promise<Store>>> = {
  memory: async () => createMemoryStore(),
  sqlite: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pawl-fuzz-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return openSqliteStore({ path: join(folder, 'pawl.db') });
  },
  postgres: async () => {
    const server = await startPostgres({ settings: { fsync: 'off' } });
    onTestFinished(() => server.remove());
    return openPostgresStore({ url: server.url });
  },
};

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}
interface Media {
  readonly schema: Schema;
}
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}
interface Target {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}
interface Sent {
  readonly target: Target;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

test.each(Object.keys(STORES))(
  'no request made from the document, right or wrong, ends in a fault on %s, and each answer is of its schema (R1.04, R1.08)',
  async (name) => {
    const store = await STORES[name]?.();
    const server = await startShop(store === undefined ? {} : { pawl: { store } });
    const { body: document }: { body: Document } = await server.call('GET', '/openapi.json');
    const ids = await someOrders(server);
    const judge = judgeOf(document);
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(requestOf(document, ids), async (sent) => {
        const answer = await send(server, sent);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        expect(answer.status).toBeLessThan(500);
        judge(sent.target, answer);
      }),
      { numRuns: RUNS, endOnFailure: false },
    );
    expect(server.faults).toEqual([]);
    if (process.env['FUZZ_RUNS'] !== undefined) console.info(Object.fromEntries(statuses));
    // It reached the good and the bad ends.
    for (const status of [200, 201, 400, 404, 415]) expect([...statuses.keys()]).toContain(status);
    await expectSound(server);
  },
  120_000,
);

async function someOrders(server: Harness): Promise<string[]> {
  const ids: string[] = [];
  for (const workflow of [
    'retail',
    'checkout',
    'approval',
    'strict',
    'strict',
    'printing',
    'preorder',
    'retail',
  ]) {
    ids.push((await server.call('POST', '/orders', { body: { items: [ITEM], workflow } })).body.order_id);
  }
  return ids;
}

/** Every order’s version is the number of its events, and its state where the last one led (R0.06). */
async function expectSound(server: Harness): Promise<void> {
  const { body } = await server.call('GET', '/orders?limit=100');
  for (const { order_id } of body.data) {
    const [{ body: order }, { body: trail }] = await readTogether(server, order_id);
    expect([trail.total, trail.data[0].to]).toEqual([order.version, order.status]);
  }
}

/** An order and the end of its trail, of one version: tasks may move it between the two reads. */
async function readTogether(server: Harness, id: string): Promise<readonly [Answer, Answer]> {
  for (;;) {
    const order = await server.call('GET', `/orders/${id}`);
    const trail = await server.call('GET', `/orders/${id}/events?limit=1&order=desc&count=true`);
    const { body: after } = await server.call('GET', `/orders/${id}`);
    if (after.version === order.body.version) return [order, trail];
  }
}

function judgeOf(document: Document): (target: Target, answer: Answer) => void {
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);
  ajv.addSchema(document, 'openapi');
  const compile = (schema: object) =>
    ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/comp', '"openapi#/comp')));
  const compiled = new Map<object, ReturnType<typeof compile>>();
  return ({ operation, method, path }, { status, headers, body }) => {
    const documented = operation.responses[String(status)];
    expect([method, path, status, documented !== undefined, body?.code]).toEqual([
      method,
      path,
      status,
      true,
      body?.code,
    ]);
    const mediaType = headers.get('content-type')?.split(';')[0] ?? '';
    const schema = documented?.content?.[mediaType]?.schema;
    if (status === 304 || method === 'HEAD') return;
    expect([method, path, status, mediaType, schema !== undefined]).toEqual([
      method,
      path,
      status,
      mediaType,
      true,
    ]);
    if (schema === undefined || !mediaType.endsWith('json') || path === '/openapi.json') return;
    const validate = compiled.get(schema) ?? compile(schema);
    compiled.set(schema, validate);
    expect([validate(body), validate.errors, body]).toEqual([true, null, body]);
  };
}

function requestOf(document: Document, ids: readonly string[]): fc.Arbitrary<Sent> {
  const targets = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]): Target => ({ method: method.toUpperCase(), path, operation }),
    ),
  );
  // The docs serve files, and the limit of the time goes to what has parameters and bodies.
  const worth = targets.filter(
    ({ operation }) => operation.parameters !== undefined || operation.requestBody !== undefined,
  );
  return fc
    .constantFrom(...worth, ...targets.filter(({ path }) => !path.startsWith('/docs')))
    .chain((target) => callOf(document, target, ids));
}

function callOf(document: Document, target: Target, ids: readonly string[]): fc.Arbitrary<Sent> {
  const parameters = target.operation.parameters ?? [];
  const of = (place: string) => parameters.filter((one) => one.in === place);
  const path = fc.tuple(
    ...of('path').map(({ name, schema }) =>
      segment(document, name, schema, ids).map((value) => [name, value] as const),
    ),
  );
  const query = fc.tuple(
    ...of('query').map(({ name, schema }) =>
      rarely(scalar(document, schema)).map((value) => [name, value] as const),
    ),
  );
  const headers = fc.tuple(
    ...of('header').map(({ name }) => rarely(headerValue(name)).map((value) => [name, value] as const)),
  );
  const media = Object.entries(target.operation.requestBody?.content ?? {});
  const body = media.length === 0 ? fc.constant(undefined) : bodyOf(document, media[0]?.[1].schema ?? {});
  const type = fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom('application/json', ...media.map(([name]) => name)) },
    fc.constantFrom('text/plain', 'application/xml', 'x', ''),
  );
  return fc.record({ path, query, headers, body, type }).map((parts) => assemble(target, parts));
}

interface Parts {
  readonly path: readonly (readonly [string, string])[];
  readonly query: readonly (readonly [string, string | undefined])[];
  readonly headers: readonly (readonly [string, string | undefined])[];
  readonly body: unknown;
  readonly type: string;
}

function assemble(target: Target, { path, query, headers, body, type }: Parts): Sent {
  const filled = path.reduce(
    (text, [name, value]) => text.replace(`{${name}}`, encodeURIComponent(value)),
    target.path,
  );
  const search = new URLSearchParams(query.filter((one): one is [string, string] => one[1] !== undefined));
  const sent = Object.fromEntries(headers.filter((one): one is [string, string] => one[1] !== undefined));
  if (body !== undefined) sent['content-type'] = type;
  return { target, path: `${filled}?${search}`.replace(/\?$/, ''), headers: sent, body };
}

function send(server: Harness, { target, path, headers, body }: Sent): Promise<Answer> {
  return server.call(target.method, path, { headers, ...(body === undefined ? {} : { body }) });
}

const rarely = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });

const text = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '-1',
    'null',
    'pay',
    'PAID',
    'retail',
    '\u0000',
    '\ud800',
    '__proto__',
    'constructor',
    'ü😀',
    "' OR 1=1 --",
    '../..',
    '1e9',
    ' ',
  ),
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ minLength: 100, maxLength: 2_000 }),
);

function segment(
  document: Document,
  name: string,
  schema: Schema,
  ids: readonly string[],
): fc.Arbitrary<string> {
  const known = {
    order_id: fc.constantFrom(...ids, 'ord_01jd3m8k2yfw8sx2q0tr5v9c1n'),
    event: fc.constantFrom(
      'pay',
      'ship',
      'deliver',
      'return',
      'cancel',
      'fulfill',
      'validate',
      'approve',
      'reject',
    ),
    name: fc.constantFrom('retail', 'checkout', 'approval', 'fresh'),
    code: fc.constantFrom('overloaded', 'not-found'),
    sku: fc.constantFrom('A-1', 'B-2', 'a/b ü'),
    task_id: fc
      .tuple(
        fc.constantFrom(...ids),
        fc.constantFrom(1, 1, 2, 2, 3, 9_999_999_999),
        fc.constantFrom('', ':undo', '~mail'),
      )
      .map(([id, version, end]) => `${id}:${version}:0${end}`),
  }[name];
  const odd = scalar(document, schema)
    .map((value) => value.toWellFormed() || '-')
    // A client resolves these away before it sends anything: what it asks for then is another path.
    .filter((value) => value !== '.' && value !== '..');
  return known === undefined ? odd : fc.oneof({ weight: 6, arbitrary: known }, { weight: 1, arbitrary: odd });
}

function scalar(document: Document, schema: Schema): fc.Arbitrary<string> {
  const right = anyOf(document, schema).map((value) =>
    typeof value === 'string' ? value : JSON.stringify(value),
  );
  return fc
    .oneof({ weight: 4, arbitrary: right }, { weight: 1, arbitrary: text })
    .map((value) => value.toWellFormed());
}

function headerValue(name: string): fc.Arbitrary<string> {
  const known: Record<string, readonly string[]> = {
    'If-Match': ['1', '2', '3', '"1"', '"2"', '"1", "2"', '*', 'W/"1"', 'abc', ''],
    'If-None-Match': ['"1"', '*', 'x', '"2"'],
    'Idempotency-Key': ['k1', '"k1"', 'k2', 'k3', '""', 'a b'],
  };
  const odd = fc.string({ maxLength: 50 }).map((value) => value.replace(/[^\x20-\x7e]/g, '').trim());
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...(known[name] ?? ['x'])) },
    { weight: name === 'Idempotency-Key' ? 8 : 0, arbitrary: fc.uuid() },
    { weight: 1, arbitrary: odd },
  );
}

/** A body of the schema; one with something wrong in it; or no JSON at all. */
function bodyOf(document: Document, schema: Schema): fc.Arbitrary<unknown> {
  const right = anyOf(document, schema);
  return fc.oneof(
    { weight: 12, arbitrary: right.map((value) => JSON.stringify(value)) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(right, junk, fc.nat(), fc.nat())
        .map(([value, wrong, at, how]) => JSON.stringify(spoil(value, wrong, at, how))),
    },
    { weight: 1, arbitrary: junk.map((value) => JSON.stringify(value) ?? '') },
    { weight: 1, arbitrary: text },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 30 }) },
    { weight: 1, arbitrary: fc.tuple(right, fc.nat()).map(([value, at]) => cut(JSON.stringify(value), at)) },
  );
}

const cut = (json: string, at: number): string => json.slice(0, json.length === 0 ? 0 : at % json.length);

const junk: fc.Arbitrary<unknown> = fc.oneof(
  text,
  fc.constantFrom(null, true, 0, -1, 1.5, 1e21, 1e-7, 2 ** 53, [], {}, [[[]]], { a: { b: {} } }),
  fc.jsonValue({ maxDepth: 12 }),
);

/** Replaces a member somewhere, adds one, or takes one away. */
function spoil(value: unknown, wrong: unknown, at: number, how: number): unknown {
  if (typeof value !== 'object' || value === null) return wrong;
  const entries = Object.entries(value);
  if (Array.isArray(value)) {
    if (entries.length === 0 || how % 4 === 0) return [...value, wrong];
    return value.map((one, index) =>
      index === at % value.length ? spoil(one, wrong, Math.floor(at / 2), how >> 1) : one,
    );
  }
  if (entries.length === 0 || how % 5 === 0)
    return { ...value, [String(at % 3 === 0 ? 'extra' : 'version')]: wrong };
  const [name = ''] = entries[at % entries.length] ?? [];
  if (how % 5 === 1) return Object.fromEntries(entries.filter(([one]) => one !== name));
  return Object.fromEntries(
    entries.map(([one, member]) => [
      one,
      one === name ? spoil(member, wrong, Math.floor(at / 2), how >> 1) : member,
    ]),
  );
}

/** A value of a schema, as far as the document can tell. */
function anyOf(document: Document, schema: Schema): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined)
    return anyOf(document, document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((one) => anyOf(document, one)));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'object':
      return objectOf(document, schema);
    case 'array':
      return fc.array(anyOf(document, schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: 4,
      });
    case 'integer': {
      const max = schema.maximum ?? Number.MAX_SAFE_INTEGER;
      const min = schema.minimum ?? -5;
      return fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min, max: Math.min(max, min + 1_000_000) }) },
        { weight: 1, arbitrary: fc.constantFrom(max, Math.min(max, 2 ** 31), Math.min(max, 2 ** 32 + 1)) },
      );
    }
    case 'number':
      return fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: 1, max: 100_000 }).map((cents) => cents / 100) },
        { weight: 1, arbitrary: fc.double({ min: 0.01, max: 1e12, noNaN: true }) },
      );
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'string':
      return stringOf(schema);
    default:
      return junk;
  }
}

function objectOf(document: Document, { properties, required = [] }: Schema): fc.Arbitrary<unknown> {
  if (properties === undefined)
    return fc.oneof(
      fc.constant({}),
      fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 3 }),
    );
  const members = Object.fromEntries(
    Object.entries(properties).map(([name, one]) => [name, memberOf(document, name, one)]),
  );
  return fc.record(members, { requiredKeys: [...required] });
}

/** Names that mean something, so that not all ends at the first look-up. */
function memberOf(document: Document, name: string, schema: Schema): fc.Arbitrary<unknown> {
  const likely: Record<string, readonly unknown[]> = {
    currency: ['USD', 'EUR', 'USD', 'EUR', 'KWD', 'JPY'],
    workflow: ['retail', 'checkout', 'approval', 'preorder', 'strict', 'printing'],
    tasks: ['job.do', 'label.print', 'parcel.send', 'label.void', 'queue:mail', 'payment.charge'],
    sku: ['A-1', 'B-2'],
    token: [1, 2],
    on_hand: [0, 5, 1_000],
    status: ['CREATED', 'PAID', 'SHIPPED', 'CANCELLED'],
    event: ['pay', 'cancel', 'ship'],
  };
  const values = name === 'tasks' ? likely[name]?.map((one) => [one]) : likely[name];
  return values === undefined
    ? anyOf(document, schema)
    : fc.oneof(
        { weight: 5, arbitrary: fc.constantFrom(...values) },
        { weight: 1, arbitrary: anyOf(document, schema) },
      );
}

function stringOf({ pattern, minLength = 0, maxLength = 50 }: Schema): fc.Arbitrary<string> {
  if (pattern === undefined) return fc.string({ minLength, maxLength: Math.min(maxLength, 50) });
  if (pattern.includes('T'))
    return fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date('2020-01-01') })
      .map((date) => date.toISOString());
  if (pattern.includes('A-Z')) return fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
  return fc.oneof(
    {
      weight: 9,
      arbitrary: fc
        .tuple(fc.nat(9_999), fc.nat(99))
        .map(([whole, part]) => `${whole + 1}.${String(part).padStart(2, '0')}`),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.nat(9_999), fc.nat(999_999)).map(([whole, part]) => `${whole + 1}.${part}`),
    },
  );
}
