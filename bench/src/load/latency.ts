/** Latencies of a run, in milliseconds, kept one by one: a run has at most a few million. */
export class Latencies {
  #values = new Float64Array(1 << 16);
  #count = 0;

  add(ms: number): void {
    if (this.#count === this.#values.length) {
      const grown = new Float64Array(this.#values.length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#count++] = ms;
  }

  get count(): number {
    return this.#count;
  }

  /** The value that a share of all lie at or below, for example 0.99. 0 where there is none. */
  quantile(share: number): number {
    const sorted = this.#values.slice(0, this.#count).sort();
    return sorted[Math.min(this.#count - 1, Math.floor(this.#count * share))] ?? 0;
  }
}
