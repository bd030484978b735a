/** What was read of a file, and what of it was refused and why. Cents are counted beside the rows. */
export class Tally {
  #rows = 0;
  #cents = 0;
  readonly #refused = new Map<string, { rows: number; cents: number }>();

  get rows(): number {
    return this.#rows;
  }

  get cents(): number {
    return this.#cents;
  }

  /** By reason, in the order in which the reasons came up. */
  get refused(): ReadonlyMap<string, { readonly rows: number; readonly cents: number }> {
    return this.#refused;
  }

  read(cents = 0): void {
    this.#rows++;
    this.#cents += cents;
  }

  refuse(reason: string, rows = 1, cents = 0): void {
    const entry = this.#refused.get(reason) ?? { rows: 0, cents: 0 };
    this.#refused.set(reason, { rows: entry.rows + rows, cents: entry.cents + cents });
  }
}
