interface Entry<T> {
  readonly at: number;
  readonly key: string;
  readonly value: T;
}

/**
 * What comes due when: kept sorted, so that looking costs what is due and not what is open. Far timers of many orders would
 * otherwise be read at each look.
 */
export class Agenda<T> {
  /** By time, then by key. */
  readonly #entries: Entry<T>[] = [];
  readonly #times = new Map<string, number>();

  /** Enters or moves what has the key; null takes it off. */
  set(key: string, at: number | null, value: T): void {
    this.delete(key);
    if (at === null) return;
    this.#times.set(key, at);
    this.#entries.splice(this.#placeOf(at, key), 0, { at, key, value });
  }

  delete(key: string): void {
    const at = this.#times.get(key);
    if (at === undefined) return;
    this.#times.delete(key);
    this.#entries.splice(this.#placeOf(at, key), 1);
  }

  /** The oldest of what is due and fits. */
  due(now: number, limit: number, fits: (value: T) => boolean = () => true): T[] {
    const due: T[] = [];
    for (const { at, value } of this.#entries) {
      if (at > now || due.length >= limit) break;
      if (fits(value)) due.push(value);
    }
    return due;
  }

  /** The first time after now; null if there is none. */
  nextAfter(now: number): number | null {
    return this.#entries[this.#first((entry) => entry.at > now)]?.at ?? null;
  }

  #placeOf(at: number, key: string): number {
    return this.#first((entry) => entry.at > at || (entry.at === at && entry.key >= key));
  }

  /** The place of the first entry that passes; all after it do, too. */
  #first(passes: (entry: Entry<T>) => boolean): number {
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (passes(this.#entries[middle] as Entry<T>)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
