import type { FindingCode } from '../finding-codes.ts';

/** A text as data, with the place in the text of every value, or what keeps it from being data. */
export type SourceReading =
  | { readonly ok: true; readonly value: unknown; readonly offsets: SourceOffsets }
  | { readonly ok: false; readonly problems: readonly SourceProblem[] };

/** Offset in the text by JSON pointer; that of a member is where its name stands. */
export type SourceOffsets = ReadonlyMap<string, number>;

/** Something that is wrong with a text as such. */
export interface SourceProblem {
  readonly code: FindingCode;
  readonly offset: number;
  readonly place: string;
  readonly detail: string;
  readonly advice: string;
}

/** Nesting of a text: a definition needs seven levels; without a bound a long row of brackets would exhaust the stack. */
export const DEPTH_MAX = 32;

/** Line and column, from 1, of an offset. */
export function positionOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - start + 1 };
}
