import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SETTINGS } from './config/settings.ts';
import { type Config, loadConfig, readConfig } from './config.ts';

const root = new URL('../../../', import.meta.url);
const hash = createHash('sha256').update('a key').digest('hex');
const API_KEYS = `${hash}:acme:shop:operator`;
const SECRET_BYTES = Buffer.alloc(32, 7);
const SECRET = `whsec_${SECRET_BYTES.toString('base64')}`;
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'pawl-config-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function configOf(variables: Record<string, string>): Config {
  const result = readConfig(variables, directory);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result.config;
}

function problemsOf(variables: Record<string, string>): readonly string[] {
  const result = readConfig(variables, directory);
  return result.ok ? [] : result.problems;
}

describe('settings (R2.10)', () => {
  it('needs nothing: one file database, loopback, port 8000 (R1.07)', () => {
    const config = configOf({});
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 8000,
      database: { kind: 'sqlite', path: join(directory, 'data/pawl.db') },
      databaseMaxBytes: null,
      idempotencyTtlMs: 86_400_000,
      workflowsDir: null,
      tasks: { slots: 256, leaseMs: 30_000, subscriptions: {}, http: undefined },
      log: { level: 'info', file: null },
      shutdownDelayMs: 0,
      shutdownGraceMs: 30_000,
      warnings: [],
    });
    expect(config.http).toEqual({
      env: 'local',
      corsOrigins: [],
      defaultWorkflow: 'retail',
      requireIdempotencyKey: false,
      rateLimitPerMinute: 60_000,
      apiKeys: [],
      allowAnonymous: false,
      bodyMaxBytes: 1_048_576,
      bulkMaxBytes: 8_388_608,
    });
  });

  it('reads each setting', () => {
    mkdirSync(join(directory, 'flows'), { recursive: true });
    const config = configOf({
      APP_ENV: 'PROD',
      APP_HOST: '0.0.0.0',
      APP_PORT: '0',
      DATABASE_URL: 'sqlite:///srv/orders.db',
      DATABASE_MAX_BYTES: '8000000000',
      API_KEYS,
      CORS_ORIGINS: 'https://shop.example, http://localhost:3000',
      RATE_LIMIT_PER_MINUTE: '0',
      REQUIRE_IDEMPOTENCY_KEY: 'true',
      IDEMPOTENCY_TTL_S: '60',
      DEFAULT_WORKFLOW: 'checkout',
      WORKFLOWS_DIR: './flows',
      NOTIFY_SUBSCRIPTIONS: 'order-confirmed = mail+crm, warehouse=picking,',
      HTTP_TASKS_ALLOW: 'https://hooks.example, 10.0.0.0/8',
      HTTP_TASKS_SECRET: `${SECRET}, ${SECRET}`,
      TASK_SLOTS: '0',
      TASK_LEASE_S: '1',
      BODY_MAX_BYTES: '2048',
      BULK_MAX_BYTES: '4096',
      LOG_LEVEL: 'WaRn',
      LOG_FILE: 'pawl.log',
      SHUTDOWN_DELAY_S: '5',
      SHUTDOWN_GRACE_S: '10',
    });
    expect(config).toEqual({
      http: {
        env: 'prod',
        corsOrigins: ['https://shop.example', 'http://localhost:3000'],
        defaultWorkflow: 'checkout',
        requireIdempotencyKey: true,
        rateLimitPerMinute: null,
        apiKeys: [{ hash, tenant: 'acme', actor: 'shop', roles: ['operator'] }],
        allowAnonymous: false,
        bodyMaxBytes: 2048,
        bulkMaxBytes: 4096,
      },
      host: '0.0.0.0',
      port: 0,
      database: { kind: 'sqlite', path: '/srv/orders.db' },
      databaseMaxBytes: 8_000_000_000,
      idempotencyTtlMs: 60_000,
      workflowsDir: join(directory, 'flows'),
      tasks: {
        slots: 0,
        leaseMs: 1_000,
        subscriptions: { 'order-confirmed': ['mail', 'crm'], warehouse: ['picking'] },
        http: { allow: expect.anything(), secrets: [SECRET_BYTES, SECRET_BYTES] },
      },
      log: { level: 'warn', file: join(directory, 'pawl.log') },
      shutdownDelayMs: 5_000,
      shutdownGraceMs: 10_000,
      warnings: [],
    });
  });

  it.each(['memory:', 'postgres://127.0.0.1/pawl'])(
    'refuses a bound of a file where there is none: %s',
    (url) => {
      expect(problemsOf({ DATABASE_URL: url, DATABASE_MAX_BYTES: '1048576' })).toEqual([
        expect.stringMatching(/^DATABASE_MAX_BYTES bounds a file/),
      ]);
    },
  );

  it('names all wrong settings at once, each with what is allowed', () => {
    const wrong: Record<string, string> = {
      APP_ENV: 'staging',
      APP_HOST: 'not a host',
      APP_PORT: '65536',
      DATABASE_URL: 'mysql://u:hunter2@h/d',
      DATABASE_MAX_BYTES: '1048575',
      API_KEYS: 'hunter2',
      ALLOW_ANONYMOUS: 'yes',
      CORS_ORIGINS: 'https://shop.example/path',
      RATE_LIMIT_PER_MINUTE: '-1',
      REQUIRE_IDEMPOTENCY_KEY: '1',
      IDEMPOTENCY_TTL_S: '0',
      DEFAULT_WORKFLOW: 'Retail',
      WORKFLOWS_DIR: './nowhere',
      NOTIFY_SUBSCRIPTIONS: 'order-confirmed:mail',
      HTTP_TASKS_ALLOW: 'hooks.example',
      HTTP_TASKS_SECRET: 'hunter2',
      TASK_SLOTS: '-1',
      TASK_LEASE_S: '0',
      BODY_MAX_BYTES: '1e6',
      BULK_MAX_BYTES: '1MiB',
      LOG_LEVEL: 'loud',
      LOG_FILE: '.',
      SHUTDOWN_DELAY_S: '1.5',
      SHUTDOWN_GRACE_S: '0',
    };
    const problems = problemsOf(wrong);
    expect(Object.keys(wrong)).toEqual(Object.keys(SETTINGS));
    expect(problems).toHaveLength(Object.keys(wrong).length);
    for (const [name, { allowed }] of Object.entries(SETTINGS)) {
      const problem = problems.find((text) => text.startsWith(`${name} `));
      expect(problem, name).toContain(allowed);
    }
    expect(problems.join()).not.toContain('hunter2');
  });

  it('asks for a secret where http tasks may call, and shows none that is wrong', () => {
    const HTTP_TASKS_ALLOW = 'https://hooks.example';
    expect(problemsOf({ HTTP_TASKS_ALLOW })).toEqual([
      expect.stringMatching(/^HTTP_TASKS_SECRET is required with HTTP_TASKS_ALLOW/),
    ]);
    const wrong = problemsOf({ HTTP_TASKS_ALLOW, HTTP_TASKS_SECRET: `${SECRET},whsec_hunter2` });
    expect(wrong).toEqual([expect.stringMatching(/^HTTP_TASKS_SECRET is wrong in entry 2: /)]);
    expect(wrong.join()).not.toContain('hunter2');
    expect(configOf({ HTTP_TASKS_SECRET: SECRET }).tasks.http).toBeUndefined();
  });

  it.each(['mail', 'a=b=c', 'a=', '=b', 'A=b', 'a=b,a=c', 'a=b,,c=d'])(
    'refuses the subscriptions %s',
    (text) => {
      expect(problemsOf({ NOTIFY_SUBSCRIPTIONS: text })).toEqual([
        expect.stringMatching(/^NOTIFY_SUBSCRIPTIONS .* has entry/),
      ]);
    },
  );

  it('cannot be changed once read', () => {
    const config = configOf({ API_KEYS });
    expect(Object.isFrozen(config.http.apiKeys[0]?.roles)).toBe(true);
  });

  it.each([
    { MONGO_URI: 'mongodb://u:hunter2@h' },
    { MONGODB_URL: 'x' },
    { DATABASE_URL: 'mongodb://u:hunter2@h/d' },
  ])('says that MongoDB is not supported, and what is: %o', (variables) => {
    const problems = problemsOf(variables as Record<string, string>).join();
    expect(problems).toMatch(/MongoDB.*not supported/);
    expect(problems).toContain('sqlite:<path>');
    expect(problems).not.toContain('hunter2');
  });

  it('ignores variables of another program once a database is named', () => {
    expect(problemsOf({ MONGO_URI: 'x', DATABASE_URL: 'sqlite:x.db' })).toEqual([]);
  });
});

describe('identity (R2.10, R0.12)', () => {
  it.each(['dev', 'prod'])('refuses %s without keys, naming API_KEYS', (APP_ENV) => {
    expect(problemsOf({ APP_ENV, ALLOW_ANONYMOUS: 'true' })).toEqual([
      expect.stringMatching(/^API_KEYS is required/),
    ]);
    expect(problemsOf({ APP_ENV, API_KEYS })).toEqual([]);
  });

  it('does not call faulty keys missing', () => {
    expect(problemsOf({ APP_ENV: 'prod', API_KEYS: 'x' })).toHaveLength(1);
  });

  it.each(['0.0.0.0', '::', '192.168.1.10', 'pawl.internal'])(
    'keeps local without keys off %s',
    (APP_HOST) => {
      expect(problemsOf({ APP_HOST })).toEqual([expect.stringMatching(/^APP_HOST .*ALLOW_ANONYMOUS=true/)]);
      expect(configOf({ APP_HOST, API_KEYS }).warnings).toEqual([]);
      expect(configOf({ APP_HOST, ALLOW_ANONYMOUS: 'true' }).warnings).toEqual([
        expect.stringContaining('nobody is authenticated'),
      ]);
    },
  );

  it.each(['127.0.0.1', '127.0.0.2', '::1', 'localhost'])('serves local without keys on %s', (APP_HOST) => {
    expect(configOf({ APP_HOST }).warnings).toEqual([]);
  });

  it('keeps orders in memory only in local, with a warning', () => {
    expect(configOf({ DATABASE_URL: 'memory:' }).warnings).toHaveLength(1);
    expect(problemsOf({ DATABASE_URL: 'memory:', APP_ENV: 'prod', API_KEYS })).toHaveLength(1);
  });
});

describe('.env (R2.10)', () => {
  it('is read, and the real environment wins, also with an empty value', () => {
    writeFileSync(
      join(directory, '.env'),
      'APP_PORT=9001\nLOG_LEVEL="error" # quiet\nDEFAULT_WORKFLOW=checkout\n',
    );
    const result = loadConfig({ APP_PORT: '9002', DEFAULT_WORKFLOW: '' }, directory);
    rmSync(join(directory, '.env'));
    expect(result).toMatchObject({
      ok: true,
      config: { port: 9002, log: { level: 'error' }, http: { defaultWorkflow: 'retail' } },
    });
  });

  it('need not be there', () => {
    expect(loadConfig({}, directory).ok).toBe(true);
  });

  it('stops the start if it cannot be read', () => {
    mkdirSync(join(directory, '.env'));
    const result = loadConfig({}, directory);
    rmSync(join(directory, '.env'), { recursive: true });
    expect(result).toMatchObject({ ok: false, problems: [expect.stringContaining('.env cannot be read')] });
  });
});

describe('the texts about settings (R2.10)', () => {
  const example = readFileSync(new URL('.env.example', root), 'utf8');
  const page = readFileSync(new URL('docs/CONFIGURATION.md', root), 'utf8');

  it('.env.example sets each one to its default, under its meaning', () => {
    const blocks = Object.entries(SETTINGS).map(
      ([name, { meaning, allowed, defaultText }]) =>
        `# ${meaning}.\n# Allowed: ${allowed}.\n${name}=${defaultText}\n`,
    );
    expect(example.slice(example.indexOf('\n\n') + 2)).toBe(blocks.join('\n'));
  });

  it('.env.example boots as copied', () => {
    writeFileSync(join(directory, '.env'), example);
    const copied = loadConfig({}, directory);
    rmSync(join(directory, '.env'));
    expect(copied).toEqual(readConfig({}, directory));
    expect(copied.ok).toBe(true);
  });

  it('docs/CONFIGURATION.md lists each with default, allowed values and meaning, and nothing else', () => {
    const rows = page.split('\n').filter((line) => /^\| `[A-Z_]+` \|/.test(line));
    expect(rows).toEqual(
      Object.entries(SETTINGS).map(
        ([name, { meaning, allowed, defaultText }]) =>
          `| \`${name}\` | ${defaultText === '' ? '—' : `\`${defaultText}\``} | ${cell(allowed)} | ${cell(meaning)}. |`,
      ),
    );
  });
});

/** Angle brackets would be read as HTML. */
function cell(text: string): string {
  return text.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
