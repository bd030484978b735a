import type { Figure } from '../bench.ts';
import type { StoreName } from '../stores/database.ts';
import { median } from './median.ts';

/** A line of the report: a figure over all rounds. */
export interface Row {
  readonly bench: string;
  readonly store: StoreName;
  /** As the last round gave it. */
  readonly figure: Figure;
  readonly median: number;
  /** Of all rounds, the least first. */
  readonly values: readonly number[];
  /** The median of what each round reached of the ceiling that was measured beside it; null for what is no rate. */
  readonly ofCeiling: number | null;
}

/** The figures of some rounds, each in the same order; `ceilings` has one a round, or none. */
export function rowsOf(
  { bench, store }: { readonly bench: string; readonly store: StoreName },
  rounds: readonly (readonly Figure[])[],
  ceilings: readonly number[],
): Row[] {
  return (rounds.at(-1) ?? []).map((figure, index) => {
    const values = rounds.map((round) => round[index]?.value ?? Number.NaN);
    const isRate = figure.unit === '/s' && figure.subject !== 'ceiling' && ceilings.length > 0;
    const shares = values.map((value, round) => value / (ceilings[round] ?? Number.NaN));
    return {
      bench,
      store,
      figure,
      median: median(values),
      values: values.toSorted((a, b) => a - b),
      ofCeiling: isRate ? median(shares) : null,
    };
  });
}
