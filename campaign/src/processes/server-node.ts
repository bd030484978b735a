import type { ChildProcess } from 'node:child_process';
import { appendFileSync, closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type End, ended, type Processes, programAt } from './processes.ts';

const MAIN = programAt('packages/server/src/main.js');
/** Milliseconds that a start may take, on a machine that does much else at the same time. */
const READY_MS_MAX = 60_000;
/** Milliseconds between two looks whether a process stands still. */
const FROZEN_LOOK_MS = 2;
const READY = /is ready: API (http:\S+),/;

export interface ServerNodeOptions {
  readonly processes: Processes;
  readonly name: string;
  /** Holds its log and what it says on standard error, and is its working directory. */
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
}

type Env = Readonly<Record<string, string>>;

/** A place where `pawl serve` runs, is killed and is started again, each time on a port that it chooses itself. */
export class ServerNode {
  readonly name: string;
  readonly logFile: string;
  readonly #errFile: string;
  readonly #options: ServerNodeOptions;
  #child: ChildProcess | null = null;
  #url: string | null = null;

  constructor(options: ServerNodeOptions) {
    this.#options = options;
    this.name = options.name;
    this.logFile = join(options.dir, `${options.name}.log`);
    this.#errFile = join(options.dir, `${options.name}.err`);
  }

  /** Where it takes calls; null while it does not. */
  get url(): string | null {
    return this.#url;
  }

  /** Starts a process and waits until it takes calls. `env` goes over what the node was made with. */
  async start(env: Env = {}): Promise<void> {
    const late = AbortSignal.timeout(READY_MS_MAX);
    const { promise: tooLate, reject } = Promise.withResolvers<never>();
    late.onabort = () => reject(new Error(`${this.name} was not ready in time: see ${this.#errFile}`));
    await Promise.race([this.begin(env), tooLate]);
  }

  /** Starts a process. Resolves once it takes calls; rejects if it ends before. */
  begin(env: Env = {}): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const child = this.#spawn(env);
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      appendFileSync(this.#errFile, chunk);
      if (this.#child !== child || this.#url !== null) return;
      said += chunk.toString();
      this.#url = READY.exec(said)?.[1] ?? null;
      if (this.#url !== null) resolve();
    });
    child.once('exit', (code, signal) => {
      this.#forget(child);
      reject(new Error(`${this.name} ended with ${code ?? signal} at its start: see ${this.#errFile}`));
    });
    return promise;
  }

  /** Ends the process at once; the files stay as the system has them. */
  kill(): Promise<End> {
    return this.#end('SIGKILL');
  }

  /** Asks the process to end; it answers what it has taken first. */
  stop(): Promise<End> {
    return this.#end('SIGTERM');
  }

  /** The process stands still, as it is, until it is thawed. */
  async freeze(): Promise<void> {
    this.#child?.kill('SIGSTOP');
    while (!this.#standsStill()) await sleep(FROZEN_LOOK_MS);
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Resident memory in bytes; null where the system does not tell, or nothing runs. */
  rssBytes(): number | null {
    try {
      const status = readFileSync(`/proc/${this.#child?.pid}/status`, 'utf8');
      return 1_024 * Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
    } catch {
      return null;
    }
  }

  /** Whether all of its threads have stopped: one may still be within a call of the system. */
  #standsStill(): boolean {
    const tasks = `/proc/${this.#child?.pid}/task`;
    return readdirSync(tasks).every((thread) =>
      /^State:\s+T/m.test(readFileSync(`${tasks}/${thread}/status`, 'utf8')),
    );
  }

  #spawn(env: Env): ChildProcess {
    const { processes, dir } = this.#options;
    const log = openSync(this.logFile, 'a');
    const child = processes.start(MAIN, ['serve'], {
      stdio: ['ignore', log, 'pipe'],
      cwd: dir,
      env: { PATH: process.env['PATH'], APP_PORT: '0', ...this.#options.env, ...env },
    });
    closeSync(log);
    this.#child = child;
    this.#url = null;
    return child;
  }

  async #end(signal: NodeJS.Signals): Promise<End> {
    const child = this.#child;
    if (child === null) return { code: null, signal: null };
    this.#url = null;
    return ended(child, signal);
  }

  #forget(child: ChildProcess): void {
    if (this.#child !== child) return;
    this.#child = null;
    this.#url = null;
  }
}
