import { FINDING_CODES, type FindingCode } from './finding-codes.ts';

/** One thing that is wrong, or doubtful, about a definition. */
export interface Finding {
  /** Stable, kebab-case, for example `unknown-target`. */
  readonly code: FindingCode;
  /** An error refuses deployment. */
  readonly severity: 'error' | 'warning';
  /** Where: a JSON pointer into the definition, for example `/states/PAID/on/ship`. */
  readonly place: string;
  /** Line and column of the source text, from 1, where the definition was read from text. */
  readonly line?: number;
  readonly column?: number;
  /** What is wrong. */
  readonly detail: string;
  /** What to do about it. */
  readonly advice: string;
}

/** Makes a finding with the severity of its code. */
export function finding(code: FindingCode, place: string, detail: string, advice: string): Finding {
  return { code, severity: FINDING_CODES[code].severity, place, detail, advice };
}

/** The JSON pointer (RFC 6901) of a member or an element of `place`. */
export function pointer(place: string, ...steps: readonly (string | number)[]): string {
  return place + steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
