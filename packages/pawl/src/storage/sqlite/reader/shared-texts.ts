/** More than the workflows, states and currencies of any database; beyond it the texts are gathered anew. */
const TEXTS_MAX = 10_000;

/** Gives equal texts as one: rows repeat a few, such as states, and an order that is kept in memory would keep its own of each. */
export class SharedTexts {
  readonly #texts = new Map<string, string>();

  share(text: string): string {
    const shared = this.#texts.get(text);
    if (shared !== undefined) return shared;
    if (this.#texts.size >= TEXTS_MAX) this.#texts.clear();
    this.#texts.set(text, text);
    return text;
  }
}
