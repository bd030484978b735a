/** Children of one family at most, so that no caller can fill the memory with label values. */
const CHILDREN_MAX = 2_000;
/** The label value of all that comes after that. */
const OTHER = 'other';

/**
 * Children by two label values (or one, with '' as the other), found by two look-ups of texts that the program holds
 * anyway. Hashing an object of labels at each call, as the usual library does, costs more than all the rest of counting.
 */
export class Children<T> {
  readonly #byFirst = new Map<string, Map<string, T>>();
  readonly #make: () => T;
  readonly #max: number;
  #size = 0;

  constructor(make: () => T, max: number = CHILDREN_MAX) {
    this.#make = make;
    this.#max = max;
  }

  at(first: string, second: string): T {
    return this.#byFirst.get(first)?.get(second) ?? this.#add(first, second);
  }

  *entries(): Generator<[first: string, second: string, child: T]> {
    for (const [first, bySecond] of this.#byFirst) {
      for (const [second, child] of bySecond) yield [first, second, child];
    }
  }

  #add(first: string, second: string): T {
    const isOther = first === OTHER && second === OTHER;
    if (this.#size >= this.#max && !isOther) return this.at(OTHER, OTHER);
    const bySecond = this.#byFirst.get(first) ?? new Map<string, T>();
    const child = this.#make();
    this.#byFirst.set(first, bySecond.set(second, child));
    this.#size++;
    return child;
  }
}
