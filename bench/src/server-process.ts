import { type ChildProcess, fork, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = join(ROOT, 'packages/server/src/main.ts');

/** A server under test, as a process of its own. */
export interface ServerProcess {
  readonly port: number;
  /** From spawning to the first ready answer, in milliseconds. */
  readonly startMs: number;
  /** Resident memory in bytes. */
  rss(): number;
  stop(): Promise<void>;
}

/** Starts the bare server of the ceiling. */
export async function startCeiling(): Promise<ServerProcess> {
  const began = performance.now();
  const child = fork(fileURLToPath(new URL('./ceiling-server.ts', import.meta.url)), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const port = await new Promise<number>((resolve) =>
    child.once('message', (message) => resolve(Number(message))),
  );
  return handle(child, port, performance.now() - began);
}

/** Starts Pawl on a database file with its default settings, its log going to a file. */
export async function startPawl(
  database: string,
  logFile: string,
  env: Record<string, string> = {},
): Promise<ServerProcess> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(
    '/bin/sh',
    ['-c', `exec "$0" "$1" serve > "$2" 2>&1`, process.execPath, MAIN, logFile],
    {
      stdio: 'ignore',
      cwd: ROOT,
      env: { ...process.env, APP_PORT: String(port), DATABASE_URL: `sqlite:${database}`, ...env },
    },
  );
  await ready(child, port, logFile);
  return handle(child, port, performance.now() - began);
}

function handle(child: ChildProcess, port: number, startMs: number): ServerProcess {
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
