import type { FindingCode } from '../finding-codes.ts';

/** A text as data, with the place in the text of every value, or what keeps it from being data. */
export type SourceReading =
  | { readonly ok: true; readonly value: unknown; readonly offsets: SourceOffsets }
  | { readonly ok: false; readonly problems: readonly SourceProblem[] };

/** Offset in the text by JSON pointer; that of a member is where its name stands. The empty pointer, of the whole, is always there. */
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

/** Finds line and column, from 1, of offsets in a text. */
export function positionsIn(
  text: string,
): (offset: number) => { readonly line: number; readonly column: number } {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  // Of the lines that there are, 1 to `starts.length`: no other is asked for.
  const startOf = (line: number) => starts[line - 1] as number;
  return (offset) => {
    let line = 1;
    let last = starts.length;
    while (line < last) {
      const middle = (line + last + 1) >> 1;
      if (startOf(middle) <= offset) line = middle;
      else last = middle - 1;
    }
    return { line, column: offset - startOf(line) + 1 };
  };
}
