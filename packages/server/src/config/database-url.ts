import { invalid, type Parsed, valid } from './setting.ts';

/** Where the orders are kept. */
export type Database =
  | { readonly kind: 'sqlite'; readonly path: string }
  /** `url` is the driver's: with user and password, and without our own parameters. */
  | {
      readonly kind: 'postgres';
      readonly url: string;
      readonly schema: string | undefined;
      readonly poolSize: number | undefined;
    }
  | { readonly kind: 'memory' };

/** A database that other processes can read. */
export type SharedDatabase = Exclude<Database, { readonly kind: 'memory' }>;

export const DATABASE_ALLOWED =
  'sqlite:<path>, sqlite:///<absolute path>, postgres://<user>:<password>@<host>:<port>/<database>, or (only with APP_ENV=local) memory:';

/** The database that a URL names. No detail repeats the URL: it may hold a password. */
export function parseDatabaseUrl(text: string): Parsed<Database> {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return invalid('has no scheme: a path is written sqlite:<path>');
  const rest = text.slice(scheme.length + 1);
  if (scheme === 'sqlite') return parseSqlitePath(rest);
  if (scheme === 'postgres' || scheme === 'postgresql') return parsePostgres(text);
  if (scheme === 'memory') return rest === '' ? valid({ kind: 'memory' }) : invalid('has text after memory:');
  return invalid(refusal(scheme));
}

/** What a person may read of it: no user, no password and no parameters, which may hold a password too. */
export function databaseName(database: SharedDatabase): string {
  if (database.kind === 'sqlite') return database.path;
  const { protocol, host, pathname } = new URL(database.url);
  return `${protocol}//${host}${pathname}`;
}

/** `schema` and `pool` are ours; whatever else there is, such as `sslmode`, is the driver's. */
function parsePostgres(text: string): Parsed<Database> {
  if (!URL.canParse(text)) return invalid('is no URL: reserved characters of a password are percent-encoded');
  const url = new URL(text);
  if (url.pathname.length < 2) return invalid('names no database');
  const schema = url.searchParams.get('schema') ?? undefined;
  if (schema !== undefined && !SCHEMA_NAME.test(schema))
    return invalid('names a schema that is not of lower-case letters, digits and _');
  const pool = url.searchParams.get('pool') ?? undefined;
  if (pool !== undefined && !POOL_SIZE.test(pool)) return invalid('has a pool that is not from 1 to 200');
  // They would take the place of what every session is set to.
  if (url.searchParams.has('options')) return invalid('has options for sessions, which Pawl sets itself');
  url.searchParams.delete('schema');
  url.searchParams.delete('pool');
  const poolSize = pool === undefined ? undefined : Number(pool);
  return valid({ kind: 'postgres', url: url.href, schema, poolSize });
}

const POOL_SIZE = /^([1-9][0-9]?|1[0-9][0-9]|200)$/;
const SCHEMA_NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/** The path is taken literally: no percent-decoding, no parameters. */
function parseSqlitePath(rest: string): Parsed<Database> {
  const path = filePath(rest);
  if (path === undefined)
    return invalid('names a host: an absolute path has three slashes, sqlite:///<path>');
  if (path === '') return invalid('names no file');
  if (path === ':memory:') return invalid('asks for a database in memory, which is written memory:');
  if (path.includes('?')) return invalid('has parameters: a path is all that sqlite: takes');
  if (/[/\\]$/.test(path)) return invalid('names a directory, not a file');
  if (path.includes('\0')) return invalid('has a character that no path can have');
  return valid({ kind: 'sqlite', path });
}

/** `///./x` is how other tools write a relative path: nobody means a file of that name in the root directory. */
function filePath(rest: string): string | undefined {
  if (!rest.startsWith('//')) return rest;
  if (!rest.startsWith('///')) return undefined;
  const path = rest.slice(3);
  return /^\.\.?\//.test(path) ? path : `/${path.replace(/^\/+/, '')}`;
}

function refusal(scheme: string): string {
  if (/^postgres(ql)?\+/.test(scheme)) return `names a driver: a PostgreSQL database is written postgres://`;
  if (/^mongodb(\+|$)/.test(scheme)) return 'names a MongoDB database, which is not supported';
  return `has the unknown scheme ${scheme}:`;
}
