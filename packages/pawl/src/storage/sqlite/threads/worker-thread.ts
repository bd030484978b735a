import { Worker } from 'node:worker_threads';
import { StoreUnavailableError } from '../../../ports/store.ts';
import { threadOptions } from './entry.ts';
import { type Calls, errorIn, type Reply, type Request, type ThreadData } from './protocol.ts';

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** A worker thread that answers calls. If it dies, the calls that wait and all later ones reject with the cause. */
export class WorkerThread<T extends Calls<T>> {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #dead: Error | undefined;
  #ending = false;

  constructor(name: string, entry: URL, data: ThreadData) {
    this.#worker = new Worker(entry, { name: `pawl-sqlite-${name}`, workerData: data, ...threadOptions() });
    this.#worker.unref();
    this.#worker.on('message', (replies: readonly Reply[]) => this.#settle(replies));
    this.#worker.on('error', (cause) =>
      this.#die(new StoreUnavailableError(`the SQLite ${name} thread failed`, { cause })),
    );
    this.#worker.on('exit', () => this.#die(new StoreUnavailableError(`the SQLite ${name} thread ended`)));
  }

  /** Never waits for anything but the answer. @throws StoreUnavailableError if the thread could not do it or is gone. */
  ask<K extends keyof T & string>(kind: K, ask: T[K]['ask']): Promise<T[K]['answer']> {
    if (this.#dead !== undefined) return Promise.reject(this.#dead);
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage({ id, kind, ask } as Request<T>);
    });
  }

  /**
   * Lets the thread close what it has open and ends it. Never rejects: who waited for a thread that failed has its cause
   * already, and what a failing disk kept from being tidied up is done at the next start.
   */
  async end(): Promise<void> {
    this.#ending = true;
    await this.ask('close' as keyof T & string, {} as T[keyof T & string]['ask']).catch(() => undefined);
    await this.#worker.terminate();
  }

  #settle(replies: readonly Reply[]): void {
    for (const reply of replies) {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      const error = errorIn(reply);
      if (error === undefined) waiting?.resolve(reply.value as never);
      else waiting?.reject(error);
    }
    // A store that nobody closed must not keep a program alive that has nothing left to do.
    if (this.#waiting.size === 0) this.#worker.unref();
  }

  #die(cause: Error): void {
    this.#dead ??= this.#ending ? new StoreUnavailableError('the store is closed') : cause;
    for (const { reject } of this.#waiting.values()) reject(this.#dead);
    this.#waiting.clear();
  }
}
