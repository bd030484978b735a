import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { type FieldError, invalid } from '../refusal/problem-error.ts';
import { escapePointer } from './body.ts';

type Part = FieldError['in'];
type Verdict = { value: unknown } | { error: Error };
interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly params: object;
  readonly message: string;
}

const PARTS: Readonly<Record<string, Part>> = {
  body: 'body',
  querystring: 'query',
  params: 'path',
  headers: 'header',
};
const INTEGER = /^-?(?:0|[1-9][0-9]{0,14})$/;

/**
 * Validates with compiled TypeBox schemas, the ones that the OpenAPI document shows. Nothing is removed, defaulted or
 * coerced in bodies; of a query string exactly the plain spelling of an integer or a boolean is read as one. It is not
 * Fastify's Ajv, because that either stops at the first error or collects without bound.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const part = PARTS[httpPart ?? 'body'] ?? 'body';
  const compiled = Compile(schema);
  const types = part === 'query' ? typesOf(schema) : undefined;
  return (input: unknown): Verdict => {
    const value = types === undefined ? input : readQuery(input as Readonly<Record<string, unknown>>, types);
    if (!compiled.Check(value)) return { error: invalid(explain(compiled.Errors(value), part, schema)) };
    const refused = part === 'query' ? nulIn(value as object) : [];
    return refused.length === 0 ? { value } : { error: invalid(refused) };
  };
};

/** As in bodies: PostgreSQL takes no U+0000, and where it is looked for, nothing can be found. */
function nulIn(query: object): readonly FieldError[] {
  return Object.entries(query)
    .filter(([, value]) => typeof value === 'string' && value.includes('\u0000'))
    .map(([name]) => ({ in: 'query', pointer: `#/${name}`, detail: 'must not contain U+0000' }));
}

/** What is wrong with a value of a body's part, each place once; empty if nothing is. */
export function createCheck(schema: TSchema): (value: unknown) => readonly FieldError[] {
  const compiled = Compile(schema);
  return (value) => (compiled.Check(value) ? [] : explain(compiled.Errors(value), 'body', schema));
}

function typesOf(schema: TSchema): ReadonlyMap<string, string> {
  const { properties = {} } = schema as { properties?: Record<string, { type?: string }> };
  return new Map(Object.entries(properties).map(([name, { type = '' }]) => [name, type]));
}

function readQuery(query: Readonly<Record<string, unknown>>, types: ReadonlyMap<string, string>): object {
  const entries = Object.entries(query).map(([name, text]) => [name, readScalar(text, types.get(name))]);
  return Object.fromEntries(entries);
}

/** A repeated parameter is an array and stays one: no schema takes it. */
function readScalar(text: unknown, type: string | undefined): unknown {
  if (typeof text !== 'string') return text;
  if (type === 'integer' && INTEGER.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/** One sentence for each place: the first that was found there, and the alternatives of a union as one. */
function explain(errors: readonly SchemaError[], part: Part, schema: TSchema): readonly FieldError[] {
  const places = new Map<string, FieldError>();
  for (const error of [...errors].sort(byUsefulness)) {
    for (const [path, detail] of say(error, schema)) {
      const pointer = `#${path}`;
      if (!places.has(pointer)) places.set(pointer, { in: part, pointer, detail });
    }
  }
  return [...places.values()];
}

/** A union's own error comes after those of its alternatives and says more. */
function byUsefulness(a: SchemaError, b: SchemaError): number {
  return Number(b.keyword === 'anyOf') - Number(a.keyword === 'anyOf');
}

function say(error: SchemaError, schema: TSchema): readonly (readonly [string, string])[] {
  const { keyword, instancePath, message } = error;
  if (keyword === 'additionalProperties') {
    return namesIn(error, 'additionalProperties').map((name) => [
      `${instancePath}/${escapePointer(name)}`,
      UNKNOWN,
    ]);
  }
  if (keyword === 'required') {
    return namesIn(error, 'requiredProperties').map((name) => [
      `${instancePath}/${escapePointer(name)}`,
      'is required',
    ]);
  }
  if (keyword === 'enum')
    return [[instancePath, `must be one of: ${namesIn(error, 'allowedValues').join(', ')}`]];
  if (keyword === 'boolean') return [[instancePath, UNKNOWN]];
  return [[instancePath, ruleAt(schema, error.schemaPath) ?? message]];
}

const UNKNOWN = 'is not known here';

function namesIn({ params }: SchemaError, member: string): readonly string[] {
  const names: unknown = Reflect.get(params, member);
  return Array.isArray(names) ? names.map(String) : [];
}

/** The sentence that the schema itself has for those who break it: `x-rule`. */
function ruleAt(schema: TSchema, schemaPath: string): string | undefined {
  let place: unknown = schema;
  for (const token of schemaPath.split('/').slice(1)) {
    if (typeof place !== 'object' || place === null) return undefined;
    place = Reflect.get(place, token.replaceAll('~1', '/').replaceAll('~0', '~'));
  }
  const rule: unknown =
    typeof place === 'object' && place !== null ? Reflect.get(place, 'x-rule') : undefined;
  return typeof rule === 'string' ? rule : undefined;
}
