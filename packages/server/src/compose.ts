import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import {
  createPawl,
  createRules,
  createSystemRandom,
  DEFAULT_TENANT,
  type OrderAudit,
  type Pawl,
  type RepairedStock,
  SHARED_TENANT,
  type StockAudit,
  type Store,
  type StoreExamination,
  systemClock,
  systemDigest,
} from 'pawl';
import type { ArchivableState, Inspection, Month, PostgresArchive } from 'pawl/postgres';
import type { SharedDatabase } from './config/database-url.ts';
import type { Config } from './config.ts';
import { watchConnections } from './drain.ts';
import { buildApp } from './http/app.ts';
import type { Lifecycle } from './http/deps.ts';
import type { Log } from './telemetry/log.ts';
import { createMetrics, type Metrics } from './telemetry/metrics.ts';
import { createOwnCommandLog } from './telemetry/own-commands.ts';
import type { Peers } from './telemetry/peers.ts';
import { keepUp } from './upkeep/keep-up.ts';
import { VERSION } from './version.ts';
import { readDefinitions } from './workflow-files.ts';

export type {
  DetachedPart,
  Holder,
  Inspection,
  Month,
  Obstacle,
  PostgresArchive,
} from 'pawl/postgres';

const SHIPPED_WORKFLOWS = fileURLToPath(new URL('../../../workflows/', import.meta.url));
/** Milliseconds that the engine has to end in any case, however long the answers took, besides those for tasks. */
const CLOSE_MIN_MS = 1_000;

/** Milliseconds that running tasks are waited for at the end: most take less, and the others are tried again. */
const TASK_GRACE_MAX_MS = 5_000;

/** A server that takes requests. */
export interface Running {
  readonly app: FastifyInstance;
  /** `http://127.0.0.1:8000` */
  readonly address: string;
  /** Drains, closes everything and says what was cut off: nothing, if all went well. */
  stop(): Promise<readonly string[]>;
}

export type ComposeResult =
  | { readonly ok: true; readonly running: Running }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Builds the program from its parts and starts it. This is the only file that picks adapters.
 * @throws {Error} if the database cannot be opened or the address cannot be listened on.
 */
export async function compose(config: Config, log: Log, peers?: Peers): Promise<ComposeResult> {
  const files = readDefinitions(SHIPPED_WORKFLOWS, config.workflowsDir);
  if (!files.ok) return files;
  for (const warning of [...config.warnings, ...files.warnings]) log.warn(warning);
  const metrics = createMetrics(peers);
  const { idempotencyTtlMs, tasks } = config;
  const tenants = new Map<number, string>();
  const tenantName = (tenant: number): string | null => tenants.get(tenant) ?? null;
  const logOwn = createOwnCommandLog(log, tenantName);
  const store = await openStore(config);
  const pawl = await createPawl({
    store,
    workflows: files.definitions,
    idempotencyTtlMs,
    observe(observation) {
      metrics.observeEngine(observation);
      logOwn(observation);
    },
    http: tasks.http,
    subscriptions: tasks.subscriptions,
    taskSlots: tasks.slots,
    leaseMs: tasks.leaseMs,
    taskGraceMs: taskGraceMs(config),
  }).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  try {
    for (const name of tenantNames(config)) tenants.set(await pawl.tenant(name), name);
    const problems = defaultWorkflowProblems(pawl, config, [...tenants.keys()]);
    if (problems.length > 0) {
      await pawl.close();
      return { ok: false, problems };
    }
    return { ok: true, running: await start(pawl, config, { log, metrics, tenantName }) };
  } catch (error) {
    await pawl.close();
    throw error;
  }
}

/** Opens a database for verification, beside running processes. @throws {Error} if it cannot be read. */
export async function openAudit(database: SharedDatabase): Promise<OrderAudit> {
  if (database.kind === 'postgres') return (await import('pawl/postgres')).openPostgresAudit(database);
  return (await import('pawl/sqlite')).openSqliteAudit(database.path);
}

/** Opens a database to be examined, beside running processes. @throws {Error} if it cannot be read. */
export async function openExamination(database: SharedDatabase): Promise<StoreExamination> {
  if (database.kind === 'postgres') return (await import('pawl/postgres')).openPostgresExamination(database);
  return (await import('pawl/sqlite')).openSqliteExamination(database.path);
}

/** Compares the stock of a database with its ledger; read-only. */
export async function openStockAudit(database: SharedDatabase): Promise<StockAudit> {
  if (database.kind === 'postgres') return (await import('pawl/postgres')).openPostgresStockAudit(database);
  return (await import('pawl/sqlite')).openSqliteStockAudit(database.path);
}

/** Makes balances what their movements say. */
export async function repairStock(
  database: SharedDatabase,
  skus: readonly { readonly tenant: number; readonly sku: string }[],
): Promise<readonly RepairedStock[]> {
  if (database.kind === 'postgres')
    return (await import('pawl/postgres')).repairPostgresStock(database, skus);
  return (await import('pawl/sqlite')).repairSqliteStock(database.path, skus);
}

/** A month of a database whose history can be archived. */
export interface OpenedArchive {
  readonly archive: PostgresArchive;
  readonly inspect: () => Promise<Inspection>;
}

/** Opens a database to archive a month of its history, beside running processes. @throws {Error} if it cannot be used. */
export async function openArchive<T>(
  { url, schema }: Extract<Config['database'], { kind: 'postgres' }>,
  { month, quietMs }: { readonly month: Month; readonly quietMs: number },
  work: (opened: OpenedArchive) => Promise<T>,
): Promise<T> {
  const { withPostgresArchive } = await import('pawl/postgres');
  return withPostgresArchive({ url, schema }, async (archive) => {
    const archivable = await archivableStates(archive);
    return work({ archive, inspect: () => archive.inspect({ month, quietMs, archivable }) });
  });
}

/** The states of all definitions in which history can be detached although they are not final. */
export async function archivableStates(archive: PostgresArchive): Promise<readonly ArchivableState[]> {
  const rules = createRules(() => archive.definitions(), systemDigest);
  await rules.refresh();
  return [...rules.known].flatMap(([workflowHash, { name: workflow, states }]) =>
    [...states.values()]
      .filter(({ archivable }) => archivable)
      .map(({ name: status }) => ({ workflowHash, workflow, status })),
  );
}

/** The month that a text such as 2026-01 names; undefined if it is none. */
export async function parseMonth(text: string): Promise<Month | undefined> {
  return (await import('pawl/postgres')).parseMonth(text);
}

/** Stores are imported when they are chosen: what is not used need not be there, nor be waited for. */
async function openStore({ database, databaseMaxBytes }: Config): Promise<Store> {
  if (database.kind === 'memory')
    return (await import('pawl/memory')).createMemoryStore({ clock: systemClock });
  if (database.kind === 'postgres') {
    const { url, schema, poolSize } = database;
    return (await import('pawl/postgres')).openPostgresStore({ url, schema, poolSize });
  }
  const { openSqliteStore } = await import('pawl/sqlite');
  return openSqliteStore({
    path: database.path,
    maxBytes: databaseMaxBytes ?? undefined,
    clock: systemClock,
    random: createSystemRandom(),
  });
}

/** The tenants of those who can call. */
function tenantNames({ http }: Config): ReadonlySet<string> {
  return new Set([DEFAULT_TENANT, ...http.apiKeys.map(({ tenant }) => tenant)]);
}

/** Half of the time for the end, so that what is given up can still be recorded. */
function taskGraceMs({ shutdownGraceMs }: Config): number {
  return Math.min(TASK_GRACE_MAX_MS, shutdownGraceMs / 2);
}

/** A tenant may have deployed the workflow for itself alone: it is enough that one of those who can call sees it. */
function defaultWorkflowProblems(pawl: Pawl, { http }: Config, tenants: readonly number[]): string[] {
  if (
    [SHARED_TENANT, ...tenants].some(
      (tenant) => pawl.workflows.get(tenant, http.defaultWorkflow) !== undefined,
    )
  )
    return [];
  const known = pawl.workflows.list(SHARED_TENANT).map(({ name }) => name);
  return [`DEFAULT_WORKFLOW ("${http.defaultWorkflow}") is not deployed; allowed: ${known.join(', ')}`];
}

/** What tells of a running server. */
interface Telling {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tenantName: (tenant: number) => string | null;
}

async function start(pawl: Pawl, config: Config, telling: Telling): Promise<Running> {
  const { log, metrics, tenantName } = telling;
  let state: ReturnType<Lifecycle['state']> = 'starting';
  const lifecycle: Lifecycle = { state: () => state };
  const app = await buildApp({
    pawl,
    settings: config.http,
    log,
    metrics,
    lifecycle,
    clock: systemClock,
    version: VERSION,
  });
  const connections = watchConnections(app.server, systemClock);
  const address = await app.listen({ host: config.host, port: config.port });
  const ending = new AbortController();
  const tools = {
    pawl,
    clock: systemClock,
    random: createSystemRandom(),
    log,
    metrics: metrics.health,
    tenantName,
  };
  const upkeep = keepUp(tools, ending.signal);
  state = 'ready';

  async function stop(): Promise<readonly string[]> {
    state = 'draining';
    ending.abort();
    await systemClock.sleep(config.shutdownDelayMs);
    const began = systemClock.monotonic();
    const open = await connections.drain(config.shutdownGraceMs);
    const leftMs = Math.max(
      CLOSE_MIN_MS + taskGraceMs(config),
      config.shutdownGraceMs - (systemClock.monotonic() - began),
    );
    const closed = await within(leftMs, closeAll(app, pawl, upkeep));
    return closed ? open : [...open, 'the engine'];
  }

  let stopped: Promise<readonly string[]> | undefined;
  return { app, address, stop: () => (stopped ??= stop()) };
}

async function closeAll(app: FastifyInstance, pawl: Pawl, upkeep: Promise<void>): Promise<void> {
  await app.close();
  await upkeep;
  await pawl.close();
}

/** Whether the work was done within the time. */
async function within(ms: number, work: Promise<void>): Promise<boolean> {
  const over = new AbortController();
  const outcome = await Promise.race([
    work.then(() => true),
    systemClock.sleep(ms, over.signal).then(() => false),
  ]);
  over.abort();
  return outcome;
}
