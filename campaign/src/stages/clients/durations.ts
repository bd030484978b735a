/** How long calls take. */
export class Durations {
  readonly #ms: number[] = [];

  async time(call: () => Promise<unknown>): Promise<void> {
    const began = performance.now();
    await call();
    this.#ms.push(performance.now() - began);
  }

  /** Milliseconds; 0 where nothing was timed. */
  p99(): number {
    const sorted = this.#ms.toSorted((a, b) => a - b);
    return Math.round(sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0);
  }
}
