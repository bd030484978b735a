import type { Clock } from '../ports/clock.ts';
import type { Duration } from '../workflow/definition.ts';
import { durationMs } from '../workflow/work/duration.ts';

/** Turns of the event loop in which nothing happens, before it counts as quiet: one runs all microtasks, one makes sure. */
const QUIET_TURNS = 2;
/** Turns after which what goes on without time passing is taken to go on for ever. */
const TURNS_MAX = 100_000;

/** Kept here at the start, so that a test may put the host's timers out of action. */
// biome-ignore lint/style/noRestrictedGlobals: it waits for the code under test to come to rest, for no length of time.
const nextTurn = setImmediate;

interface Sleep {
  /** By the monotonic clock. */
  readonly dueAt: number;
  readonly wake: () => void;
}

/** Time that stands still until it is advanced by hand. Whole milliseconds: a sleep never ends early, and lasts at least one. */
export class VirtualClock implements Clock {
  /** By time due, then by when they began. */
  readonly #sleeps: Sleep[] = [];
  /** What must be added to the monotonic time to get the time of day. */
  #epochMs: number;
  #elapsedMs = 0;
  #stirs = 0;

  /** @param startAt milliseconds since the epoch. */
  constructor(startAt: number) {
    this.#epochMs = startAt;
  }

  now(): number {
    return this.#epochMs + this.#elapsedMs;
  }

  monotonic(): number {
    return this.#elapsedMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => {
      this.#sleeps.splice(this.#sleeps.indexOf(sleep), 1);
      signal?.removeEventListener('abort', wake);
      this.stir();
      resolve();
    };
    const sleep: Sleep = { dueAt: this.#elapsedMs + (ms > 1 ? Math.ceil(ms) : 1), wake };
    const after = this.#sleeps.findIndex(({ dueAt }) => dueAt > sleep.dueAt);
    this.#sleeps.splice(after < 0 ? this.#sleeps.length : after, 0, sleep);
    signal?.addEventListener('abort', wake, { once: true });
    this.stir();
    return promise;
  }

  /** How many sleep now. */
  get sleeping(): number {
    return this.#sleeps.length;
  }

  /** Lets time pass from one sleep's end to the next, and all that follows from each come to rest before the next. */
  async advance(time: Duration | number): Promise<void> {
    const until = this.#elapsedMs + msOf(time);
    do await this.settle();
    while (this.step(until));
  }

  /** Ends the first sleep that is due by then; if there is none, it becomes that time, and the answer is false. */
  step(until: number): boolean {
    const [first] = this.#sleeps;
    if (first === undefined || first.dueAt > until) {
      this.#elapsedMs = Math.max(this.#elapsedMs, until);
      return false;
    }
    this.#elapsedMs = Math.max(this.#elapsedMs, first.dueAt);
    first.wake();
    return true;
  }

  /** Lets time pass and ends no sleep, as if the whole program had been suspended: those due end with the next step. */
  skip(ms: number): void {
    this.#elapsedMs += ms;
  }

  /** Sets the time of day forward or (below zero) back, as an operator or a time server does. No time passes. */
  jump(time: Duration | number): void {
    this.#epochMs += typeof time === 'number' ? time : msOf(time);
  }

  /** Waits until nothing more happens without time passing. What waits for the network or a disk is not waited for. */
  async settle(): Promise<void> {
    let seen = this.#stirs;
    for (let turns = 0, quiet = 0; quiet < QUIET_TURNS; turns++) {
      if (turns >= TURNS_MAX)
        throw new Error('what is tested does not come to rest: it goes on without time');
      await new Promise<void>((resolve) => nextTurn(resolve));
      quiet = this.#stirs === seen ? quiet + 1 : 0;
      seen = this.#stirs;
    }
  }

  /** Something has happened from which more may follow. */
  stir(): void {
    this.#stirs++;
  }
}

/** @throws {RangeError} for what is no length of time. */
export function msOf(time: Duration | number): number {
  const ms = typeof time === 'number' ? time : durationMs(time);
  if (ms >= 0 && Number.isSafeInteger(ms)) return ms;
  throw new RangeError(`${time} is no length of time: write milliseconds, or a number and ms, s, m, h or d`);
}
