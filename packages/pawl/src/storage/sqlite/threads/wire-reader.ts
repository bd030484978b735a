/** What crosses to the writer as one message: primitives in an agreed order. */
export type Wire = (string | number | null)[];

/** Takes a wire apart from its beginning. The types are those that the encoder wrote. */
export class WireReader {
  readonly #wire: Wire;
  #at = 0;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  next(): string | number | null {
    return this.#wire[this.#at++] as string | number | null;
  }

  number(): number {
    return this.next() as number;
  }

  numberOrNull(): number | null {
    return this.next() as number | null;
  }

  text(): string {
    return this.next() as string;
  }

  textOrNull(): string | null {
    return this.next() as string | null;
  }

  flag(): boolean {
    return this.next() === 1;
  }

  list<T>(one: () => T): T[] {
    return Array.from({ length: this.number() }, one);
  }
}
