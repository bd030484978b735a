import type { Clock } from '../../../ports/clock.ts';

/** Between two looks at what is being waited for, milliseconds. */
const LOOK_MS = 1_000;

/** A way to whatever is to answer, which can be cut. */
interface Line {
  /** The question then fails as it does when the other end goes away. */
  cut(): void;
}

/**
 * Ends questions that nobody answers: a connection that is open at one end only stays silent for ever. One look a second serves
 * all of them; a timer for each would cost more than most answers take.
 */
export class Patience {
  readonly #clock: Clock;
  readonly #waiting = new Map<object, { readonly line: Line; readonly until: number }>();
  #looking: Promise<void> | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins to wait for at most `ms` milliseconds, give or take a look; gives what to call when the answer is there. */
  begin(line: Line, ms: number): () => void {
    const question = {};
    this.#waiting.set(question, { line, until: this.#clock.monotonic() + ms });
    this.#looking ??= this.#look();
    return () => this.#waiting.delete(question);
  }

  async #look(): Promise<void> {
    while (this.#waiting.size > 0) {
      await this.#clock.sleep(LOOK_MS);
      const now = this.#clock.monotonic();
      for (const [question, { line, until }] of this.#waiting) {
        if (until > now) continue;
        this.#waiting.delete(question);
        line.cut();
      }
    }
    this.#looking = null;
  }
}
