import { type Clock, createIds, createPawl, type Pawl, type PawlOptions, type Store } from 'pawl';
import { createSeededRandom, type VirtualClock } from 'pawl/testing';
import { Link, type LinkFault } from './link.ts';

/** How long a supervisor waits before it starts a process again, milliseconds. */
const START_AGAIN_MS = 300;
/** Short, so that what a dead process held is taken up again soon. */
const LEASE_MS = 2_000;

export interface EngineTools {
  readonly store: Store;
  readonly clock: VirtualClock;
  readonly fault: LinkFault;
  readonly options: Pick<PawlOptions, 'workflows' | 'tasks' | 'gateway' | 'subscriptions'>;
}

/** An engine as a supervisor keeps it: one that cannot start, or dies, is followed by another on the same store. */
export class SupervisedEngine {
  readonly #tools: EngineTools;
  #link: Link | null = null;
  #pawl: Pawl | null = null;
  #starts = 0;

  constructor(tools: EngineTools) {
    this.#tools = tools;
  }

  /** Null while none runs. */
  get pawl(): Pawl | null {
    return this.#pawl;
  }

  /** Calls of the store that are under way. */
  get inFlight(): readonly Promise<unknown>[] {
    return this.#link?.inFlight ?? [];
  }

  async start(): Promise<void> {
    const start = ++this.#starts;
    const { store, clock, fault, options } = this.#tools;
    const link = new Link(store, fault, () => void this.#restart());
    this.#link = link;
    this.#pawl = null;
    const random = createSeededRandom(`engine ${start}`);
    try {
      const pawl = await createPawl({
        ...options,
        store: link.store,
        clock: clockBehind(clock, link),
        random,
        ids: createIds(random),
        leaseMs: LEASE_MS,
      });
      if (start === this.#starts) this.#pawl = pawl;
    } catch {
      if (start === this.#starts) await this.#restart();
    }
  }

  /** Ends it as if the power were cut. Nothing that it was about to do happens any more. */
  die(): void {
    this.#starts++;
    this.#pawl = null;
    this.#link?.cut();
  }

  async #restart(): Promise<void> {
    this.die();
    await this.#tools.clock.sleep(START_AGAIN_MS);
    await this.start();
  }
}

/** The clock of a process: once it is dead nobody wakes any more. */
function clockBehind(clock: VirtualClock, link: Link): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    async sleep(ms, signal) {
      await clock.sleep(ms, signal);
      await link.whileUp();
    },
  };
}
