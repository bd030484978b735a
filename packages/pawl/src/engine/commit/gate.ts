/** Lets many pass together, or one alone; in the order of arrival, so that neither kind starves. */
export class Gate {
  #inside = 0;
  #isAlone = false;
  readonly #waiting: { readonly alone: boolean; readonly enter: () => void }[] = [];

  /** Resolves when inside, with the way out. */
  async pass(alone: boolean): Promise<() => void> {
    if (!this.#admits(alone) || this.#waiting.length > 0) {
      await new Promise<void>((enter) => this.#waiting.push({ alone, enter }));
    } else {
      this.#enter(alone);
    }
    return () => this.#leave();
  }

  #admits(alone: boolean): boolean {
    return !this.#isAlone && (!alone || this.#inside === 0);
  }

  #enter(alone: boolean): void {
    this.#inside++;
    this.#isAlone = alone;
  }

  #leave(): void {
    this.#inside--;
    this.#isAlone = false;
    for (
      let next = this.#waiting[0];
      next !== undefined && this.#admits(next.alone);
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#enter(next.alone);
      next.enter();
    }
  }
}
