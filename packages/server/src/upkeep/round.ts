/** A count that goes round and round: what the newest whole round has found, or this one, as soon as that is more. */
export class Round {
  #whole = 0;
  #found = 0;

  add(count: number): void {
    this.#found += count;
  }

  /** The round has come to its end: what an earlier one has found counts no more. */
  end(): void {
    this.#whole = this.#found;
    this.#found = 0;
  }

  /** The round was broken off, and the next one begins with its first: what this one has found is not to be counted twice. */
  breakOff(): void {
    this.#whole = this.count;
    this.#found = 0;
  }

  get count(): number {
    return Math.max(this.#whole, this.#found);
  }
}

/** Remembers what was told, so that each round does not tell it anew. */
export class Told {
  readonly #keys = new Set<string>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  /** Whether it is to be told: once each, and so many at most. */
  isNew(key: string): boolean {
    if (this.#keys.has(key) || this.#keys.size >= this.#max) return false;
    this.#keys.add(key);
    return true;
  }
}

/** Lines about different orders or SKUs in the life of a process: whoever has read a thousand knows. */
export const TOLD_MAX = 1_000;
