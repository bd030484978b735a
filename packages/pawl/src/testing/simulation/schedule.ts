/** Kept here at the start, so that a test may put the host's timers out of action. */
// biome-ignore lint/style/noRestrictedGlobals: it lets what was woken come to rest, for no length of time.
const nextTurn = setImmediate;

interface Entry {
  readonly at: number;
  /** Of two things at one moment, the one that was planned first happens first. */
  readonly turn: number;
  readonly act: () => void;
  isCancelled: boolean;
}

/**
 * The time of a simulation: things happen one after the other, each at its time, and all that follows from one without time
 * passing has happened before the next. Milliseconds, with fractions.
 */
export class Schedule {
  /** A heap: each entry is before its children, which stand at twice its index plus one and two. */
  readonly #heap: Entry[] = [];
  #turns = 0;
  #now = 0;
  #cancelled = 0;

  /** Milliseconds since the simulation began. */
  get now(): number {
    return this.#now;
  }

  /** How many things are planned. */
  get planned(): number {
    return this.#heap.length - this.#cancelled;
  }

  /** Plans something; gives the way to call it off. */
  in(ms: number, act: () => void): () => void {
    const entry: Entry = { at: this.#now + Math.max(0, ms), turn: this.#turns++, act, isCancelled: false };
    this.#add(entry);
    return () => {
      if (entry.isCancelled) return;
      entry.isCancelled = true;
      this.#cancelled++;
    };
  }

  /** Resolves after that time. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.in(ms, resolve));
  }

  /** Lets everything happen that is planned up to that moment, and goes on to it; until `isOver` says that it is enough. */
  async run(until: number, isOver: () => boolean = () => false): Promise<void> {
    await turn();
    for (let next = this.#first(until); next !== undefined; next = this.#first(until)) {
      this.#now = Math.max(this.#now, next.at);
      next.isCancelled = true;
      next.act();
      await turn();
      if (isOver()) return;
    }
    this.#now = Math.max(this.#now, until);
  }

  /** Lets time pass in which nothing happens: what was planned for it happens at its end. */
  skip(ms: number): void {
    this.#now += Math.max(0, ms);
  }

  #first(until: number): Entry | undefined {
    for (;;) {
      const [first] = this.#heap;
      if (first === undefined || (!first.isCancelled && first.at > until)) return undefined;
      this.#removeFirst();
      if (!first.isCancelled) return first;
      this.#cancelled--;
    }
  }

  #add(entry: Entry): void {
    let place = this.#heap.push(entry) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (isBefore(this.#at(parent), entry)) break;
      this.#heap[place] = this.#at(parent);
      place = parent;
    }
    this.#heap[place] = entry;
  }

  #removeFirst(): void {
    const last = this.#heap.pop() as Entry;
    const { length } = this.#heap;
    if (length === 0) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= length) break;
      if (child + 1 < length && isBefore(this.#at(child + 1), this.#at(child))) child++;
      if (isBefore(last, this.#at(child))) break;
      this.#heap[place] = this.#at(child);
      place = child;
    }
    this.#heap[place] = last;
  }

  #at(place: number): Entry {
    return this.#heap[place] as Entry;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.turn < other.turn);
}

/** One turn of the event loop runs all that is ready without time: nothing in a simulation waits for a device. */
function turn(): Promise<void> {
  return new Promise((resolve) => nextTurn(resolve));
}
