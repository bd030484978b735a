import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../packages/server/src/main.js', import.meta.url));
const LOAD = fileURLToPath(new URL('../src/load.ts', import.meta.url));
const READY = /API (http:\/\/[^\s,]+)/;

/** The definitions of the example, for `WORKFLOWS_DIR`. */
export const WORKFLOWS_DIR = fileURLToPath(new URL('../workflows', import.meta.url));

export interface ServerProcess {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a server of its own on a database of its own. */
export async function startServer(settings: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'pawl-example-'));
  const child = spawn(process.execPath, [MAIN, 'serve'], {
    cwd: directory,
    env: environment({ APP_PORT: '0', DATABASE_URL: 'sqlite:./pawl.db', LOG_LEVEL: 'error', ...settings }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return {
    url: await readyAddress(child),
    async stop() {
      if (child.exitCode === null && child.signalCode === null && child.kill('SIGTERM')) {
        await once(child, 'exit');
      }
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** What the loader printed and ended with. */
export interface Loaded {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the loader as people do. */
export async function load(
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<Loaded> {
  const child = spawn(process.execPath, [LOAD, ...args], {
    env: environment(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  await once(child, 'close');
  return { code: child.exitCode, out, err };
}

/** Nothing of the tester's own settings, so that the tests mean the same everywhere. */
function environment(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: tmpdir(), ...settings };
}

async function readyAddress(child: ChildProcess): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    const look = (chunk: Buffer): void => {
      text += chunk.toString();
      const address = READY.exec(text)?.[1];
      if (address !== undefined) resolve(address);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${text}`)));
  });
}
