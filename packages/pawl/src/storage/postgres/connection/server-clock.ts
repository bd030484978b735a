import type { Clock } from '../../../ports/clock.ts';
import type { Sender, Statement } from './pool.ts';
import { Rounds } from './rounds.ts';

export const NOW: Statement = {
  name: 'now',
  text: 'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now',
};

/** Between two looks at the database's clock, milliseconds: a machine's own drifts far less than a millisecond meanwhile. */
const LOOK_MS = 10_000;
/** An answer that took longer, or waited for a connection, says too little about when it was given; milliseconds. The next one is waited for. */
const SLOW_MS = 250;

/**
 * The database's clock, as it is known here: asked now and then, and counted on by a clock that cannot be set. So all nodes
 * agree on what is due, however wrong their own clocks are; they differ by the time that a question is on its way.
 */
export class ServerClock {
  readonly #sender: Sender;
  readonly #clock: Clock;
  /** What must be added to the monotonic time. */
  #offsetMs = 0;
  #isKnown = false;
  #rounds: Rounds | undefined;

  constructor(sender: Sender, clock: Clock) {
    this.#sender = sender;
    this.#clock = clock;
  }

  now(): number {
    return Math.floor(this.#clock.monotonic() + this.#offsetMs);
  }

  /** Asks once, then goes on to ask until it is stopped: while the database is away its last known time is counted on. */
  async start(): Promise<void> {
    await this.#ask();
    this.#rounds = new Rounds(this.#clock, LOOK_MS, () => this.#ask());
  }

  async stop(): Promise<void> {
    await this.#rounds?.stop();
  }

  async #ask(): Promise<void> {
    const asked = this.#clock.monotonic();
    const [row] = await this.#sender.query<{ now: number }>(NOW);
    const answered = this.#clock.monotonic();
    if (row === undefined || (this.#isKnown && answered - asked > SLOW_MS)) return;
    this.#offsetMs = row.now - (asked + answered) / 2;
    this.#isKnown = true;
  }
}
