import type { Finding } from './findings.ts';
import type { SliceResult } from './slice.ts';

/** What a stage has done in all its slices. */
export interface Tally {
  readonly slices: number;
  readonly counts: ReadonlyMap<string, number>;
  readonly peaks: ReadonlyMap<string, number>;
  readonly findings: readonly FoundIn[];
}

/** A finding, and the folder where what it is about lies; null if nothing is kept. */
export interface FoundIn extends Finding {
  readonly dir: string | null;
}

export const NOTHING: Tally = { slices: 0, counts: new Map(), peaks: new Map(), findings: [] };

/** Adds a slice to what there was before it. */
export function add(tally: Tally, { counts, peaks = {}, findings, kept }: SliceResult): Tally {
  const sums = new Map(tally.counts);
  for (const [name, count] of Object.entries(counts)) sums.set(name, (sums.get(name) ?? 0) + count);
  const highest = new Map(tally.peaks);
  for (const [name, value] of Object.entries(peaks))
    highest.set(name, Math.max(highest.get(name) ?? value, value));
  const found = findings.map((one) => ({ ...one, dir: kept }));
  return { slices: tally.slices + 1, counts: sums, peaks: highest, findings: [...tally.findings, ...found] };
}
