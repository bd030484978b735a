import type { Clock } from '../../../ports/clock.ts';

/** Does something again and again, with a pause between, until it is stopped. What fails is done again after the pause. */
export class Rounds {
  readonly #ending = new AbortController();
  readonly #ended: Promise<void>;

  constructor(clock: Clock, pauseMs: number, work: () => Promise<unknown>) {
    this.#ended = this.#run(clock, pauseMs, work);
  }

  /** Ends after what is being done. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#ended;
  }

  async #run(clock: Clock, pauseMs: number, work: () => Promise<unknown>): Promise<void> {
    const { signal } = this.#ending;
    for (;;) {
      await clock.sleep(pauseMs, signal);
      if (signal.aborted) return;
      await work().catch(() => undefined);
    }
  }
}
