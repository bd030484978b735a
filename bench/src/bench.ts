import type { StoreName } from './stores/database.ts';

/** What a bench is run with. */
export interface Setting {
  readonly store: StoreName;
  /** Length of each measured load. */
  readonly seconds: number;
  /** Orders in the large database. */
  readonly orders: number;
}

/** Whose figure it is: the chart tells them apart. */
export type Subject = 'pawl' | 'by hand' | 'ceiling';

/** One measured figure, ready for the report. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly note: string;
  readonly subject: Subject;
}

export interface Bench {
  /** Where it can be run. */
  readonly stores: readonly StoreName[];
  /** It is run once, whatever the rounds, and has no ceiling: it is no answer over HTTP. */
  readonly once?: true;
  run(setting: Setting): Promise<Figure[]>;
}

export function figure(
  name: string,
  value: number,
  unit: string,
  note = '',
  subject: Subject = 'pawl',
): Figure {
  return { name, value, unit, note, subject };
}
