/** A metric with all its children, as an exposition needs it. */
export interface Family {
  /** Of a counter: without `_total`. */
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
  samples(): Iterable<Sample>;
}

/** One number of a family. */
export interface Sample {
  /** What is appended to the family's name: empty, `_total`, `_bucket`, `_sum`, `_count`. */
  readonly suffix: string;
  readonly labels: readonly Label[];
  readonly value: number;
}

export type Label = readonly [name: string, value: string];

/** A number that grows. */
export interface Counter {
  value: number;
}

export const newCounter = (): Counter => ({ value: 0 });
