import type { Clock } from '../ports/clock.ts';

/** A wait that can be cut short, or set to end at a moment that is nearer than it was. */
export class Alarm {
  readonly #clock: Clock;
  /** The time that moments are told in: milliseconds since the epoch. */
  readonly #now: () => number;
  /** The nearest moment told since the last wait began. */
  #at = Number.POSITIVE_INFINITY;
  #cutShort: AbortController | null = null;

  constructor(clock: Clock, now: () => number) {
    this.#clock = clock;
    this.#now = now;
  }

  /** Ends the wait at that moment, if it is not over before; 0 ends it at once. */
  ring(at: number): void {
    if (at >= this.#at) return;
    this.#at = at;
    this.#cutShort?.abort();
  }

  /** Waits so long, at most until the given moment, and no longer than to a moment that it was or is told. */
  async wait(ms: number, until: number | null): Promise<void> {
    const began = this.#clock.monotonic();
    if (until !== null) this.#at = Math.min(this.#at, until);
    for (;;) {
      const rest = Math.min(ms - (this.#clock.monotonic() - began), this.#at - this.#now());
      if (!(rest > 0)) break;
      this.#cutShort = new AbortController();
      await this.#clock.sleep(rest, this.#cutShort.signal);
    }
    this.#cutShort = null;
    this.#at = Number.POSITIVE_INFINITY;
  }
}
