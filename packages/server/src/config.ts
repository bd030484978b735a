import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { CallServiceOptions } from 'pawl';
import { isLoopback, problemsAcross } from './config/checks.ts';
import type { Database } from './config/database-url.ts';
import { invalid, type Parsed, type Setting, valid } from './config/setting.ts';
import { SETTINGS, type SettingName, type Values } from './config/settings.ts';
import type { Subscriptions } from './config/tasks.ts';
import type { HttpSettings } from './http/settings.ts';

/** All that the program is told from outside, checked. */
export interface Config {
  readonly http: HttpSettings;
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly database: Database;
  /** Null for no bound. */
  readonly databaseMaxBytes: number | null;
  readonly idempotencyTtlMs: number;
  /** Absolute; null for the shipped definitions alone. */
  readonly workflowsDir: string | null;
  readonly tasks: TaskSettings;
  readonly log: { readonly level: LogLevel; readonly file: string | null };
  readonly shutdownDelayMs: number;
  readonly shutdownGraceMs: number;
  /** Sentences to log at the start: legal, but worth a second look. */
  readonly warnings: readonly string[];
}

/** Who carries out tasks, and what they may reach. */
export interface TaskSettings {
  /** 0: this process carries out none. */
  readonly slots: number;
  readonly leaseMs: number;
  readonly subscriptions: Subscriptions;
  /** Undefined: `http` tasks fail. */
  readonly http: CallServiceOptions | undefined;
}

export type LogLevel = NonNullable<Values['LOG_LEVEL']>;

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  /** One sentence a wrong setting, each beginning with its name. */
  | { readonly ok: false; readonly problems: readonly string[] };

type Variables = Readonly<Record<string, string | undefined>>;

/** Reads the environment, over the `.env` file of the directory where there is one. */
export function loadConfig(environment: Variables, directory: string): ConfigResult {
  const loaded = loadVariables(environment, directory);
  return loaded.ok ? readConfig(loaded.value, directory) : { ok: false, problems: [loaded.detail] };
}

/** The database alone, for commands that need no other setting: as given, or else from the environment. */
export function loadDatabase(
  given: string | undefined,
  environment: Variables,
  directory: string,
): Parsed<Database> {
  const loaded = given === undefined ? loadVariables(environment, directory) : valid({ DATABASE_URL: given });
  if (!loaded.ok) return loaded;
  const problems: string[] = [];
  const database = readSetting('DATABASE_URL', loaded.value['DATABASE_URL'] ?? '', problems) as
    | Database
    | undefined;
  return database === undefined ? invalid(problems.join()) : valid(atDirectory(database, directory));
}

/** Milliseconds for which idempotency keys are kept, from the environment and from the file .env of the directory. */
export function loadIdempotencyTtl(environment: Variables, directory: string): Parsed<number> {
  const loaded = loadVariables(environment, directory);
  if (!loaded.ok) return loaded;
  const problems: string[] = [];
  const seconds = readSetting('IDEMPOTENCY_TTL_S', loaded.value['IDEMPOTENCY_TTL_S'] ?? '', problems);
  return problems.length > 0 ? invalid(problems.join()) : valid((seconds as number) * 1000);
}

function loadVariables(environment: Variables, directory: string): Parsed<Variables> {
  const file = join(directory, '.env');
  try {
    return valid({ ...parseEnv(readFileSync(file, 'utf8')), ...environment });
  } catch (error) {
    return isAbsent(error)
      ? valid(environment)
      : invalid(`${file} cannot be read: ${(error as Error).message}`);
  }
}

/** Checks all settings at once. An empty text counts as not given. Paths are relative to the directory. */
export function readConfig(variables: Variables, directory: string): ConfigResult {
  const problems: string[] = [];
  const values = {} as Record<SettingName, unknown>;
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    values[name] = readSetting(name, variables[name]?.trim() ?? '', problems);
  }
  const read = values as Values;
  problems.push(...problemsAcross(read, variables, directory));
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, config: freeze(assemble(read as Complete, directory)) };
}

/** Values after all checks: what has a default is there. */
type Optional =
  | 'DATABASE_MAX_BYTES'
  | 'API_KEYS'
  | 'CORS_ORIGINS'
  | 'WORKFLOWS_DIR'
  | 'LOG_FILE'
  | 'NOTIFY_SUBSCRIPTIONS'
  | 'HTTP_TASKS_ALLOW'
  | 'HTTP_TASKS_SECRET';
type Complete = {
  readonly [Name in SettingName]: Name extends Optional
    ? Exclude<Values[Name], undefined>
    : NonNullable<Values[Name]>;
};

/** The value; null if it was not given and has no default, undefined if it is wrong. */
function readSetting(name: SettingName, given: string, problems: string[]): unknown {
  const setting: Setting<unknown> = SETTINGS[name];
  const text = given === '' ? setting.defaultText : given;
  if (text === '') return null;
  const parsed = setting.parse(text);
  if (parsed.ok) return parsed.value;
  const shown = setting.secret ? '' : ` (${JSON.stringify(text.slice(0, 80))})`;
  problems.push(`${name}${shown} ${parsed.detail}; allowed: ${setting.allowed}`);
  return undefined;
}

function assemble(values: Complete, directory: string): Config {
  const { DATABASE_URL: database, WORKFLOWS_DIR, LOG_FILE } = values;
  return {
    http: httpSettings(values),
    host: values.APP_HOST,
    port: values.APP_PORT,
    database: atDirectory(database, directory),
    databaseMaxBytes: values.DATABASE_MAX_BYTES,
    idempotencyTtlMs: values.IDEMPOTENCY_TTL_S * 1000,
    workflowsDir: WORKFLOWS_DIR === null ? null : resolve(directory, WORKFLOWS_DIR),
    tasks: taskSettings(values),
    log: { level: values.LOG_LEVEL, file: LOG_FILE === null ? null : resolve(directory, LOG_FILE) },
    shutdownDelayMs: values.SHUTDOWN_DELAY_S * 1000,
    shutdownGraceMs: values.SHUTDOWN_GRACE_S * 1000,
    warnings: warningsOf(values),
  };
}

function atDirectory(database: Database, directory: string): Database {
  return database.kind === 'sqlite' ? { kind: 'sqlite', path: resolve(directory, database.path) } : database;
}

function httpSettings(values: Complete): HttpSettings {
  return {
    env: values.APP_ENV,
    corsOrigins: values.CORS_ORIGINS ?? [],
    defaultWorkflow: values.DEFAULT_WORKFLOW,
    requireIdempotencyKey: values.REQUIRE_IDEMPOTENCY_KEY,
    rateLimitPerMinute: values.RATE_LIMIT_PER_MINUTE === 0 ? null : values.RATE_LIMIT_PER_MINUTE,
    apiKeys: values.API_KEYS ?? [],
    allowAnonymous: values.ALLOW_ANONYMOUS,
    bodyMaxBytes: values.BODY_MAX_BYTES,
    bulkMaxBytes: values.BULK_MAX_BYTES,
  };
}

function taskSettings(values: Complete): TaskSettings {
  const { HTTP_TASKS_ALLOW: allow, HTTP_TASKS_SECRET: secrets } = values;
  return {
    slots: values.TASK_SLOTS,
    leaseMs: values.TASK_LEASE_S * 1000,
    subscriptions: values.NOTIFY_SUBSCRIPTIONS ?? {},
    http: allow === null || secrets === null ? undefined : { allow, secrets },
  };
}

function warningsOf({ APP_HOST, API_KEYS, DATABASE_URL }: Complete): string[] {
  const warnings: string[] = [];
  if (API_KEYS === null && !isLoopback(APP_HOST)) {
    warnings.push(
      `nobody is authenticated and ${APP_HOST} can be reached by others: every caller has all roles (ALLOW_ANONYMOUS)`,
    );
  }
  if (DATABASE_URL.kind === 'memory') {
    warnings.push('orders are kept in memory and lost when the process ends (DATABASE_URL)');
  }
  return warnings;
}

function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function freeze<T>(value: T): T {
  // The bytes of a secret cannot be frozen.
  if (ArrayBuffer.isView(value)) return value;
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}
