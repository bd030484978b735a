import type { Clock } from 'pawl';
import type { TakenFamilies, TakenFamily } from '../telemetry/peers.ts';

/** How long the others are waited for, milliseconds: a scrape must not fail because one process is busy. */
const ANSWER_MS = 1_000;

interface Round {
  readonly missing: Set<number>;
  readonly all: TakenFamilies[];
  readonly done: () => void;
}

/** Rounds of asking every worker for its metrics. */
export class Gathering {
  readonly #clock: Clock;
  readonly #rounds = new Map<number, Round>();
  #begun = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Asks workers by their numbers; gives what those have told that answered in time, by number. */
  async gather(
    workers: readonly number[],
    ask: (worker: number, round: number) => void,
  ): Promise<readonly TakenFamilies[]> {
    const number = this.#begun++;
    const over = new AbortController();
    const round: Round = { missing: new Set(workers), all: [], done: () => over.abort() };
    this.#rounds.set(number, round);
    for (const worker of workers) ask(worker, number);
    await this.#clock.sleep(ANSWER_MS, over.signal);
    this.#rounds.delete(number);
    return round.all.sort((one, other) => Number(one.worker) - Number(other.worker));
  }

  /** What a worker has told. One that comes too late is not missed any more. */
  take(worker: number, number: number, families: readonly TakenFamily[]): void {
    const round = this.#rounds.get(number);
    if (round?.missing.delete(worker) !== true) return;
    round.all.push({ worker: String(worker), families });
    if (round.missing.size === 0) round.done();
  }
}
