import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { Store } from '../../ports/store.ts';
import { createMemoryStore } from '../../storage/memory/index.ts';
import { EPOCH } from './host.ts';
import type { Schedule } from './schedule.ts';
import { Witness } from './witness.ts';

/** The database that all nodes of a simulation share: it survives them. */
export class SimulatedDatabase {
  /** Without a network between: for whoever looks at it from outside. */
  readonly store: Store;
  readonly clock: Clock;
  readonly witness: Witness;
  readonly #schedule: Schedule;
  #jumpedMs = 0;
  #backAt = 0;

  /**
   * @param skewMs how wrong the clock is that it goes by: its own, or that of the one process that has it.
   * @param isCalm whether nothing in the whole run goes wrong.
   */
  constructor(schedule: Schedule, random: Random, skewMs: () => number, isCalm: boolean) {
    this.#schedule = schedule;
    this.clock = {
      now: () => Math.floor(EPOCH + schedule.now + skewMs() + this.#jumpedMs),
      monotonic: () => schedule.now,
      sleep: (ms) => schedule.wait(ms),
    };
    this.witness = new Witness(createMemoryStore({ clock: this.clock, random }), () => isCalm);
    this.store = this.witness.store;
  }

  get isAway(): boolean {
    return this.#backAt > this.#schedule.now;
  }

  goAway(ms: number): void {
    this.#backAt = Math.max(this.#backAt, this.#schedule.now + ms);
  }

  /** It is back before its time. */
  comeBack(): void {
    this.#backAt = 0;
  }

  /** The clock is set, forward or (below zero) back. */
  jump(ms: number): void {
    this.#jumpedMs += ms;
  }
}
