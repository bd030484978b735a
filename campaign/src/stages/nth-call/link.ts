import { type Store, StoreUnavailableError } from 'pawl';

/** How a call of the store goes wrong. */
export const WAYS = [
  /** It is not carried out, and fails. */
  'lost',
  /** It is carried out, and fails. */
  'answer lost',
  /** It is not carried out, and the process ends. */
  'death before',
  /** It is carried out, and the process ends. */
  'death after',
] as const;

export type Way = (typeof WAYS)[number];

/** One call that goes wrong, counted over all processes of a run. */
export class LinkFault {
  readonly at: number;
  readonly way: Way;
  #calls = 0;

  constructor(at: number, way: Way) {
    this.at = at;
    this.way = way;
  }

  /** Calls up to now. */
  get calls(): number {
    return this.#calls;
  }

  /** How the next call goes wrong; null if it does not. */
  next(): Way | null {
    return ++this.#calls === this.at ? this.way : null;
  }
}

const NEVER = new Promise<never>(() => undefined);

/** What is not asked of a database, but of the program's own part of the store. */
const OWN: ReadonlySet<string | symbol> = new Set(['now', 'close']);

/** What stands between a process and its store: counts its calls, lets one of them go wrong, and is cut when the process dies. */
export class Link {
  readonly store: Store;
  readonly #fault: LinkFault;
  readonly #die: () => void;
  readonly #inFlight = new Set<Promise<unknown>>();
  #isCut = false;

  constructor(inner: Store, fault: LinkFault, die: () => void) {
    this.#fault = fault;
    this.#die = die;
    this.store = new Proxy(inner, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        // The store outlives the process: the next one goes on with it.
        if (name === 'close') return async () => undefined;
        if (OWN.has(name)) return value.bind(target);
        return (...args: unknown[]) => this.#call(async () => value.apply(target, args));
      },
    });
  }

  get inFlight(): readonly Promise<unknown>[] {
    return [...this.#inFlight];
  }

  /** The process is dead: no call of it is carried out any more, and none is answered. */
  cut(): void {
    this.#isCut = true;
  }

  /** Resolves never once the process is dead. */
  async whileUp(): Promise<void> {
    if (this.#isCut) await NEVER;
  }

  async #call(carryOut: () => Promise<unknown>): Promise<unknown> {
    await this.whileUp();
    const way = this.#fault.next();
    if (way === 'lost') throw gone();
    if (way === 'death before') return this.#death();
    const answer = await this.#carriedOut(carryOut);
    await this.whileUp();
    if (way === 'answer lost') throw gone();
    return way === 'death after' ? this.#death() : answer;
  }

  async #carriedOut(carryOut: () => Promise<unknown>): Promise<unknown> {
    const call = carryOut();
    this.#inFlight.add(call);
    try {
      return await call;
    } finally {
      this.#inFlight.delete(call);
    }
  }

  #death(): Promise<never> {
    this.#die();
    return NEVER;
  }
}

function gone(): StoreUnavailableError {
  return new StoreUnavailableError('campaign: the store has not answered');
}
