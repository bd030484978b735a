import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../src/main.js', import.meta.url));
const READY_MS_MAX = 60_000;
const READY = /is ready: API (http:\S+),/;

/** A running `pawl serve`, in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Ends it without warning and waits until it is gone. */
  kill(): Promise<void>;
  /** Asks it to end; gives its exit code. */
  stop(): Promise<number | null>;
}

export interface ServerOptions {
  /** Holds the database and the log. */
  readonly dir: string;
  readonly env?: Record<string, string>;
  /** Put before the program, for example a tracer and its options. */
  readonly wrapper?: readonly string[];
  /** More of the command line. */
  readonly args?: readonly string[];
}

export function temporaryDir(): string {
  return mkdtempSync(join(tmpdir(), 'pawl-e2e-'));
}

export function databaseIn(dir: string): string {
  return join(dir, 'pawl.db');
}

/** Starts the server on the database in the folder and waits until it is ready. */
export async function startServer({
  dir,
  env = {},
  wrapper = [],
  args: more = [],
}: ServerOptions): Promise<ServerProcess> {
  const logFile = join(dir, 'server.log');
  const log = openSync(logFile, 'a');
  const alreadyLogged = statSync(logFile).size;
  const [program = process.execPath, ...args] = [...wrapper, process.execPath, MAIN, 'serve', ...more];
  const child = spawn(program, args, {
    stdio: ['ignore', log, log],
    cwd: dir,
    env: {
      PATH: process.env['PATH'],
      APP_PORT: '0',
      DATABASE_URL: `sqlite:${databaseIn(dir)}`,
      ...env,
    },
  });
  closeSync(log);
  const url = await announced(child, logFile, alreadyLogged);
  return {
    url,
    child,
    kill: () => ended(child, 'SIGKILL').then(() => undefined),
    stop: () => ended(child, 'SIGTERM'),
  };
}

/** The address that the server says it is ready at: it chose a free port itself, so that no two of them meet. */
async function announced(child: ChildProcess, logFile: string, alreadyLogged: number): Promise<string> {
  const until = Date.now() + READY_MS_MAX;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}: see ${logFile}`);
    const url = READY.exec(readFileSync(logFile).subarray(alreadyLogged).toString())?.[1];
    if (url !== undefined) return url;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`the server was not ready within ${READY_MS_MAX} ms: see ${logFile}`);
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exit) as [number | null];
  return code;
}
