import type { Label, Sample } from './family.ts';

/** How values are spread over ranges. */
export class Buckets {
  readonly #bounds: readonly number[];
  /** How many values fell between a bound (included) and the one before it; the last place is above all bounds. */
  readonly #counts: Float64Array;
  #sum = 0;

  /** `bounds` ascend; the infinite one is not among them. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    const bounds = this.#bounds;
    let place = 0;
    while (place < bounds.length && value > (bounds[place] as number)) place++;
    this.#counts[place] = (this.#counts[place] as number) + 1;
    this.#sum += value;
  }

  *samples(labels: readonly Label[]): Generator<Sample> {
    let count = 0;
    for (const [place, inPlace] of this.#counts.entries()) {
      count += inPlace;
      const bound = this.#bounds[place] ?? Number.POSITIVE_INFINITY;
      yield { suffix: '_bucket', labels: [...labels, ['le', boundText(bound)]], value: count };
    }
    yield { suffix: '_sum', labels, value: this.#sum };
    yield { suffix: '_count', labels, value: count };
  }
}

/** OpenMetrics wants the form `1.0`; the older format takes it as well, and a series keeps its name in both. */
export function boundText(bound: number): string {
  if (bound === Number.POSITIVE_INFINITY) return '+Inf';
  return Number.isInteger(bound) ? bound.toFixed(1) : String(bound);
}
