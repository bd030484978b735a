import cluster, { type Worker } from 'node:cluster';
import type { Peers, TakenFamilies, TakenFamily } from '../telemetry/peers.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** The way from a worker to the process that has started it. */
export interface Supervisor extends Peers {
  /** This process takes requests. */
  ready(address: string): void;
  /** Resolves with the reason when this process is told to end: by word, or because there is nobody any more to tell it. */
  readonly told: Promise<string>;
}

/** To be called once, before anything else takes time: what is said meanwhile is lost. Undefined in a process that nobody supervises. */
export function supervisorOf(): Supervisor | undefined {
  return cluster.worker === undefined ? undefined : new Line(cluster.worker);
}

class Line implements Supervisor {
  readonly told: Promise<string>;
  readonly #worker: Worker;
  readonly #questions = new Map<number, (all: readonly TakenFamilies[]) => void>();
  #asked = 0;
  #take: () => Promise<readonly TakenFamily[]> = async () => [];

  constructor(worker: Worker) {
    this.#worker = worker;
    const told = Promise.withResolvers<string>();
    this.told = told.promise;
    worker.on('message', (message: ToWorker) => {
      if (message.kind === 'drain') told.resolve(message.signal);
      else if (message.kind === 'tell-metrics') void this.#answer(message.round);
      else this.#settle(message.question, message.all);
    });
    worker.on('disconnect', () => {
      // Without it the process would end here and now, with requests in flight.
      worker.exitedAfterDisconnect = true;
      told.resolve('the end of its supervisor');
      for (const question of [...this.#questions.keys()]) this.#settle(question, []);
    });
  }

  ready(address: string): void {
    this.#send({ kind: 'ready', address });
  }

  tell(take: () => Promise<readonly TakenFamily[]>): void {
    this.#take = take;
  }

  all(): Promise<readonly TakenFamilies[]> {
    if (!this.#worker.isConnected()) return Promise.resolve([]);
    return new Promise((resolve) => {
      const question = this.#asked++;
      this.#questions.set(question, resolve);
      this.#send({ kind: 'metrics-wanted', question });
    });
  }

  async #answer(round: number): Promise<void> {
    this.#send({ kind: 'metrics', round, families: await this.#take() });
  }

  #settle(question: number, all: readonly TakenFamilies[]): void {
    this.#questions.get(question)?.(all);
    this.#questions.delete(question);
  }

  #send(message: FromWorker): void {
    if (this.#worker.isConnected()) this.#worker.send(message);
  }
}
