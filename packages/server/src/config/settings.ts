import { parseAllowList } from 'pawl';
import { BODY_MAX_BYTES, BULK_MAX_BYTES } from '../http/limits.ts';
import { API_KEYS_ALLOWED, parseApiKeys } from './api-keys.ts';
import { DATABASE_ALLOWED, parseDatabaseUrl } from './database-url.ts';
import { choice, custom, flag, integer, invalid, type Parsed, type Setting, valid } from './setting.ts';
import {
  parsedBy,
  parseSecrets,
  parseSubscriptions,
  SECRETS_ALLOWED,
  SUBSCRIPTIONS_ALLOWED,
} from './tasks.ts';

/** Bytes. Below it no order fits; above it one body could fill the memory of a small machine. */
const BODY_BYTES = { min: 1_024, max: 67_108_864 };
/** Bytes. Below it hardly more than the empty tables fit; above it there is no disk. */
const DATABASE_BYTES = { min: 1_048_576, max: 10_000_000_000_000 };
const YEAR_S = 31_536_000;
const HOST = /^[A-Za-z0-9._:%-]{1,253}$/;
const WORKFLOW_NAME = /^[a-z][a-z0-9_-]{0,63}$/;

/** Every setting of the program, in the order of `.env.example` and docs/CONFIGURATION.md. */
export const SETTINGS = {
  APP_ENV: choice(['local', 'dev', 'prod'], {
    defaultText: 'local',
    meaning:
      'What the process is for. local serves without keys on the loopback address; dev and prod refuse to start without API_KEYS; dev allows every browser origin',
  }),
  APP_HOST: custom(
    {
      defaultText: '127.0.0.1',
      allowed: 'an IP address or a host name; localhost means 127.0.0.1',
      meaning: 'The address to listen on',
    },
    parseHost,
  ),
  APP_PORT: integer(0, 65_535, {
    defaultText: '8000',
    meaning: 'The port to listen on',
    remark: '0 takes a free one',
  }),
  DATABASE_URL: custom(
    {
      defaultText: 'sqlite:./data/pawl.db',
      allowed: DATABASE_ALLOWED,
      meaning: 'Where orders are kept; missing directories are made. memory: keeps nothing over a restart',
      secret: true,
    },
    parseDatabaseUrl,
  ),
  DATABASE_MAX_BYTES: integer(DATABASE_BYTES.min, DATABASE_BYTES.max, {
    defaultText: '',
    meaning:
      'Bytes that the file of a SQLite database may take: beyond them commands answer 503 and the rest of the disk stays free; none: as many as there are. Refused with any other database',
  }),
  API_KEYS: custom(
    {
      defaultText: '',
      allowed: API_KEYS_ALLOWED,
      meaning:
        'Who may call. Each entry has the SHA-256 of a key, never the key; none: the caller is the actor local',
      secret: true,
    },
    parseApiKeys,
  ),
  ALLOW_ANONYMOUS: flag({
    defaultText: 'false',
    meaning:
      'Lets APP_ENV=local without API_KEYS listen on an APP_HOST that others can reach, and answer to any Host',
  }),
  CORS_ORIGINS: custom(
    {
      defaultText: '',
      allowed: 'origins such as https://shop.example, separated by commas',
      meaning: 'Browser origins that may call',
    },
    parseOrigins,
  ),
  RATE_LIMIT_PER_MINUTE: integer(0, 10_000_000, {
    defaultText: '60000',
    meaning: 'Calls per minute and caller to each process; never applied with APP_ENV=local',
    remark: '0 is no limit',
  }),
  REQUIRE_IDEMPOTENCY_KEY: flag({
    defaultText: 'false',
    meaning: 'Refuses POST /orders without an Idempotency-Key',
  }),
  IDEMPOTENCY_TTL_S: integer(1, YEAR_S, {
    defaultText: '86400',
    meaning: 'Seconds for which an Idempotency-Key is remembered',
  }),
  DEFAULT_WORKFLOW: custom(
    {
      defaultText: 'retail',
      allowed: 'the name of a deployed workflow',
      meaning: 'The workflow of an order that names none',
    },
    (text) => (WORKFLOW_NAME.test(text) ? valid(text) : invalid('is no workflow name')),
  ),
  WORKFLOWS_DIR: custom(
    {
      defaultText: '',
      allowed: 'an existing directory',
      meaning: 'Definitions (*.yaml, *.yml, *.json) to deploy at the start, next to the shipped ones',
    },
    (text) => valid(text),
  ),
  NOTIFY_SUBSCRIPTIONS: custom(
    {
      defaultText: '',
      allowed: SUBSCRIPTIONS_ALLOWED,
      meaning: 'The queues that get the messages of each topic; a topic without a queue makes no message',
    },
    parseSubscriptions,
  ),
  HTTP_TASKS_ALLOW: custom(
    {
      defaultText: '',
      allowed:
        'origins such as https://hooks.example, and ranges of addresses such as 10.0.0.0/8 for those that are not public, separated by commas',
      meaning: 'Where http tasks may call; none: they fail and say so. Needs HTTP_TASKS_SECRET',
    },
    (text) => parsedBy(parseAllowList, text),
  ),
  HTTP_TASKS_SECRET: custom(
    {
      defaultText: '',
      allowed: SECRETS_ALLOWED,
      meaning:
        'Signs the calls of http tasks, as Standard Webhooks says. With several each call has a signature by each, so that receivers can change over',
      secret: true,
    },
    parseSecrets,
  ),
  TASK_SLOTS: integer(0, 10_000, {
    defaultText: '256',
    meaning: 'Tasks that this process carries out at once',
    remark: '0 carries out none and fires no timer',
  }),
  TASK_LEASE_S: integer(1, 3_600, {
    defaultText: '30',
    meaning:
      'Seconds for which a task belongs to the process that carries it out, unless it is extended: so long a task waits after a crash',
  }),
  BODY_MAX_BYTES: integer(BODY_BYTES.min, BODY_BYTES.max, {
    defaultText: String(BODY_MAX_BYTES),
    meaning: 'The largest body of one command, bytes',
  }),
  BULK_MAX_BYTES: integer(BODY_BYTES.min, BODY_BYTES.max, {
    defaultText: String(BULK_MAX_BYTES),
    meaning: 'The largest body of POST /orders/bulk, bytes',
  }),
  LOG_LEVEL: choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    defaultText: 'info',
    meaning: 'The least level that is logged, in any case',
  }),
  LOG_FILE: custom(
    {
      defaultText: '',
      allowed: 'the path of a file',
      meaning: 'A file that the log is appended to; none: standard output',
    },
    (text) => valid(text),
  ),
  SHUTDOWN_DELAY_S: integer(0, 300, {
    defaultText: '0',
    meaning: 'Seconds between /readyz answering 503 and the listener closing, for load balancers that poll',
  }),
  SHUTDOWN_GRACE_S: integer(1, 3_600, {
    defaultText: '30',
    meaning: 'Seconds for answers in flight once the listener is closed, then the process ends with 1',
  }),
} satisfies Readonly<Record<string, Setting<unknown>>>;

export type SettingName = keyof typeof SETTINGS;

/** The values of all settings: null for one without a default that was not given, undefined for one that is wrong. */
export type Values = {
  readonly [Name in SettingName]: (typeof SETTINGS)[Name] extends Setting<infer T>
    ? T | null | undefined
    : never;
};

function parseHost(text: string): Parsed<string> {
  if (!HOST.test(text)) return invalid('is neither');
  // One listener on one address: both addresses of the name would need two.
  return valid(text.toLowerCase() === 'localhost' ? '127.0.0.1' : text);
}

function parseOrigins(text: string): Parsed<readonly string[]> {
  const origins = text.split(',').map((origin) => origin.trim());
  const wrong = origins.findIndex((origin) => !isOrigin(origin));
  return wrong === -1 ? valid(origins) : invalid(`has no origin in place ${wrong + 1}`);
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
