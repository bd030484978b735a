/** Something that went wrong: a promise that the checker found broken, or what a stage itself has seen. */
export interface Finding {
  readonly what: string;
  readonly orderId: string | null;
  /** In words, for whoever has to find out why. */
  readonly detail: string;
}

export function finding(what: string, detail: string, orderId: string | null = null): Finding {
  return { what, orderId, detail };
}

/** Gathers findings of one run: the same again is counted and not told again, so that a broken build can still be read. */
export class Findings {
  readonly #told = new Map<string, { readonly finding: Finding; times: number }>();

  add(one: Finding): void {
    const name = `${one.what} ${one.detail}`;
    const known = this.#told.get(name);
    if (known === undefined) this.#told.set(name, { finding: one, times: 1 });
    else known.times++;
  }

  all(): readonly Finding[] {
    return [...this.#told.values()].map(({ finding: one, times }) =>
      times === 1 ? one : { ...one, detail: `${one.detail} (${times} times)` },
    );
  }
}
