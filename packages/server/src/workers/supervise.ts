import cluster, { type Worker } from 'node:cluster';
import type { Clock } from 'pawl';
import type { Log } from '../telemetry/log.ts';
import { Gathering } from './gathering.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** A worker that has ended by itself is replaced after that time, milliseconds, and each time in a row after twice as long. */
const RESTART_MIN_MS = 100;
const RESTART_MAX_MS = 10_000;
/** A worker that has lived so long has not ended for what ended the one before, milliseconds. */
const SETTLED_MS = 60_000;

export interface SupervisorOptions {
  readonly workers: number;
  readonly log: Log;
  readonly clock: Clock;
  /** Once, when all of them take requests. */
  readonly ready: (address: string) => void;
  /** Resolves with the reason when they are to end. */
  readonly told: Promise<string>;
}

/**
 * Starts workers that share one address, and keeps as many running until it is told to end; then each answers what has arrived.
 * Resolves with whether all went well: false if one does not start, or was cut off at the end.
 */
export function supervise(options: SupervisorOptions): Promise<boolean> {
  return new Supervision(options).run();
}

interface Gone {
  readonly number: number;
  /** The signal or the exit code, or that there never was a process. */
  readonly how: string;
  /** Whether nothing that it had begun was cut off. */
  readonly isWhole: boolean;
  /** How many have ended so soon, one after the other. */
  readonly inRow: number;
}

class Supervision {
  readonly #options: SupervisorOptions;
  readonly #over = Promise.withResolvers<boolean>();
  readonly #ended = new AbortController();
  readonly #ready = new Set<number>();
  readonly #running = new Map<number, Worker>();
  readonly #gathering: Gathering;
  #hasStarted = false;
  /** Why they are to end; null as long as they are not. */
  #endsFor: string | null = null;
  #isWhole = true;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#gathering = new Gathering(options.clock);
  }

  async run(): Promise<boolean> {
    const { workers, told } = this.#options;
    // Metrics have values that JSON cannot say.
    cluster.setupPrimary({ serialization: 'advanced' });
    for (let number = 1; number <= workers && this.#endsFor === null; number++) this.#start(number, 0);
    void told.then((reason) => this.#end(reason));
    return this.#over.promise;
  }

  #start(number: number, failures: number): void {
    const { log, clock } = this.#options;
    const began = clock.monotonic();
    let isGone = false;
    const gone = (how: string, isWhole: boolean): void => {
      if (isGone) return;
      isGone = true;
      const inRow = clock.monotonic() - began < SETTLED_MS ? failures + 1 : 0;
      this.#noteGone({ number, how, isWhole, inRow });
    };
    const unstarted = (error: unknown): void => {
      log.warn('a worker could not be started', { worker: number, error: String(error) });
      gone('not started', true);
    };
    let worker: Worker;
    try {
      worker = cluster.fork();
    } catch (error) {
      unstarted(error);
      return;
    }
    this.#running.set(number, worker);
    worker.on('message', (message: FromWorker) => this.#hear(number, message));
    worker.on('error', (error) => {
      // There is no process, for want of processes or of files: no end of it will be told.
      if (worker.process.pid === undefined) {
        if (worker.process.connected) worker.process.disconnect();
        unstarted(error);
        return;
      }
      // Such as a message to one that has just ended: its end is told besides.
      log.warn('a worker cannot be reached', { worker: number, error: error.message });
    });
    worker.on('exit', (code, signal) => gone(signal ?? String(code), code === 0));
  }

  #noteGone({ number, how, isWhole, inRow }: Gone): void {
    this.#ready.delete(number);
    this.#running.delete(number);
    if (this.#endsFor !== null) {
      this.#noteEnd(isWhole);
    } else if (this.#hasStarted) {
      this.#options.log.warn('a worker has ended and is replaced', { worker: number, end: how });
      void this.#startAgain(number, inRow);
    } else {
      // What keeps one from starting keeps all of them, and has been said by itself.
      this.#end('a worker that did not start', false);
    }
  }

  async #startAgain(number: number, failures: number): Promise<void> {
    const pauseMs = Math.min(RESTART_MAX_MS, RESTART_MIN_MS * 2 ** failures);
    await this.#options.clock.sleep(pauseMs, this.#ended.signal);
    if (this.#endsFor === null) this.#start(number, failures);
  }

  #hear(number: number, message: FromWorker): void {
    if (message.kind === 'ready') this.#noteReady(number, message.address);
    else if (message.kind === 'metrics') this.#gathering.take(number, message.round, message.families);
    else void this.#gatherFor(number, message.question);
  }

  async #gatherFor(number: number, question: number): Promise<void> {
    const ask = (other: number, round: number) => this.#tell(other, { kind: 'tell-metrics', round });
    const all = await this.#gathering.gather([...this.#running.keys()], ask);
    this.#tell(number, { kind: 'all-metrics', question, all });
  }

  #tell(number: number, message: ToWorker): void {
    const worker = this.#running.get(number);
    if (worker?.isConnected() === true) worker.send(message);
  }

  #noteReady(number: number, address: string): void {
    // While it was starting it may not have heard it.
    if (this.#endsFor !== null) {
      this.#tell(number, { kind: 'drain', signal: this.#endsFor });
      return;
    }
    this.#ready.add(number);
    if (this.#hasStarted || this.#ready.size < this.#options.workers) return;
    this.#hasStarted = true;
    this.#options.ready(address);
  }

  #end(signal: string, isWhole = true): void {
    if (this.#endsFor !== null) return;
    this.#endsFor = signal;
    this.#isWhole &&= isWhole;
    this.#ended.abort();
    for (const number of this.#running.keys()) this.#tell(number, { kind: 'drain', signal });
    this.#noteEnd(true);
  }

  #noteEnd(isWhole: boolean): void {
    this.#isWhole &&= isWhole;
    if (this.#running.size === 0) this.#over.resolve(this.#isWhole);
  }
}
