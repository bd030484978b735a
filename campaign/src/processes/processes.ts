import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Ends a process when the one that started it has gone: a campaign that is cut off leaves nothing behind. */
const LEASH = new URL('../../../scripts/leash.mjs', import.meta.url).href;

/** Every process that a stage has started, so that none outlives it, whatever happens. */
export class Processes {
  readonly #running = new Set<ChildProcess>();
  readonly #ends: (() => Promise<unknown>)[] = [];

  /** Starts a program of this repository on the Node.js that runs the campaign. */
  start(file: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    const child = spawn(process.execPath, ['--import', LEASH, file, ...args], options);
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
    return child;
  }

  /** Has something else ended with them, such as a database or a mount: the last that was begun first. */
  endToo(end: () => Promise<unknown>): void {
    this.#ends.unshift(end);
  }

  /** Ends all that still run, without warning. One that is stopped is ended too: SIGKILL does not wait for it. */
  async endAll(): Promise<void> {
    await Promise.all([...this.#running].map((child) => ended(child, 'SIGKILL')));
    for (const end of this.#ends.splice(0)) await end();
  }
}

/** How a process has ended: with a code, or by a signal. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Sends a signal and waits for the end. */
export async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<End> {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }
  return { code: child.exitCode, signal: child.signalCode };
}

/** The place of a program of this repository. */
export function programAt(path: string): string {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}
