import { type ChildProcess, fork, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Database, StoreName } from '../stores/database.ts';
import { withDatabase } from '../stores/open.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const MAIN = join(ROOT, 'packages/server/src/main.js');

/** A server under test, as a process of its own. */
export interface ServerProcess {
  readonly port: number;
  /** From spawning to the first ready answer, in milliseconds. */
  readonly startMs: number;
  /** Resident memory in bytes. */
  rss(): number;
  stop(): Promise<void>;
}

/** Runs with a server on a database of its own. */
export function withPawl<T>(
  store: StoreName,
  run: (server: ServerProcess, database: Database) => Promise<T>,
): Promise<T> {
  return withDatabase(store, (database) =>
    withServer(startPawl(database), (server) => run(server, database)),
  );
}

/** Runs with a server and stops it, whatever happens. */
export async function withServer<T>(
  starting: Promise<ServerProcess>,
  run: (server: ServerProcess) => Promise<T>,
): Promise<T> {
  const server = await starting;
  try {
    return await run(server);
  } finally {
    await server.stop();
  }
}

/** Starts Pawl with its default settings, its log going to a file beside the database. */
export async function startPawl({ url, folder }: Database, workers = 1): Promise<ServerProcess> {
  const port = await freePort();
  const logFile = join(folder, `pawl-${port}.log`);
  const began = performance.now();
  const child = spawn(
    '/bin/sh',
    [
      '-c',
      `exec "$0" --max-semi-space-size=16 "$1" serve --workers "$3" > "$2" 2>&1`,
      process.execPath,
      MAIN,
      logFile,
      String(workers),
    ],
    {
      stdio: 'ignore',
      cwd: ROOT,
      env: { ...process.env, APP_PORT: String(port), DATABASE_URL: url },
    },
  );
  await ready(child, port, logFile);
  return handle(child, port, performance.now() - began);
}

/** Starts a program of ours that sends its port as soon as it listens. */
export async function startProgram(
  file: URL,
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const began = performance.now();
  const child = fork(fileURLToPath(file), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...env },
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(Number(message)));
    child.once('exit', (code) => reject(new Error(`${file.pathname} ended at its start with ${code}`)));
  });
  return handle(child, port, performance.now() - began);
}

/** What runs goes with us, also when the bench is broken off. */
const running = new Set<ChildProcess>();

function endRunning(): void {
  for (const child of running) child.kill('SIGKILL');
}

function handle(child: ChildProcess, port: number, startMs: number): ServerProcess {
  if (!process.listeners('exit').includes(endRunning)) process.once('exit', endRunning);
  running.add(child);
  child.once('exit', () => running.delete(child));
  return {
    port,
    startMs,
    rss: () =>
      1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0),
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

async function ready(child: ChildProcess, port: number, logFile: string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null)
      throw new Error(`the server ended at its start:\n${readFileSync(logFile, 'utf8')}`);
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
