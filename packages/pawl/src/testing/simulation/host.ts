import type { Clock } from '../../ports/clock.ts';
import type { Schedule } from './schedule.ts';

/** Resolves never: for what a dead process was waiting for. A promise of its own for each, which goes with whoever waits. */
export function never(): Promise<never> {
  return new Promise(() => undefined);
}

/**
 * A machine with one process on it. Whatever the process waits for, time or an answer, reaches it through here: so it can be
 * frozen in the middle of its work, and nothing reaches it any more once it is dead.
 */
export class Host {
  readonly clock: Clock;
  readonly #schedule: Schedule;
  #isUp = true;
  #thawAt = 0;
  /** What the process sleeps for: called off when it dies. */
  readonly #sleeps = new Set<() => void>();

  /** @param skewMs how wrong the machine's clock is. */
  constructor(schedule: Schedule, skewMs: () => number) {
    this.#schedule = schedule;
    this.clock = {
      now: () => Math.floor(EPOCH + schedule.now + skewMs()),
      monotonic: () => schedule.now,
      sleep: (ms, signal) => this.#sleep(ms, signal),
    };
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** How many sleeps of the process are under way. */
  get sleeping(): number {
    return this.#sleeps.size;
  }

  get isFrozen(): boolean {
    return this.#thawAt > this.#schedule.now;
  }

  /** The process ends at once, in the middle of whatever it does. */
  die(): void {
    this.#isUp = false;
    for (const callOff of this.#sleeps) callOff();
    this.#sleeps.clear();
  }

  /** Nothing of the process runs for that long. */
  freeze(ms: number): void {
    this.#thawAt = Math.max(this.#thawAt, this.#schedule.now + ms);
  }

  /** Lets an answer in: late if the process is frozen, never if it is dead. */
  async enter<T>(pending: Promise<T>): Promise<T> {
    try {
      const value = await pending;
      await this.#awake();
      return value;
    } catch (error) {
      await this.#awake();
      throw error;
    }
  }

  async #awake(): Promise<void> {
    while (this.#isUp && this.isFrozen) await this.#schedule.wait(this.#thawAt - this.#schedule.now);
    if (!this.#isUp) await never();
  }

  #sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (!this.#isUp) return never();
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        callOff();
        this.#sleeps.delete(callOff);
        signal?.removeEventListener('abort', wake);
        void this.#awake().then(resolve);
      };
      const callOff = this.#schedule.in(Math.max(1, Math.ceil(ms)), wake);
      this.#sleeps.add(callOff);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }
}

/** When simulations begin, milliseconds since the epoch. */
export const EPOCH = Date.UTC(2026, 0, 1);
