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

/** Findings of one definition: nobody reads more, and an answer should not be larger than what it answers. */
export const FINDINGS_MAX = 1_000;

/** Errors before warnings, and no more than can be read: a cut may never leave a broken definition with warnings alone. */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  const isError = ({ severity }: Finding) => severity === 'error';
  const sorted = [...findings.filter(isError), ...findings.filter((one) => !isError(one))];
  return sorted.slice(0, FINDINGS_MAX);
}

/** Makes a finding with the severity of its code. */
export function finding(code: FindingCode, place: string, detail: string, advice: string): Finding {
  return { code, severity: FINDING_CODES[code].severity, place, detail, advice };
}

/** The JSON pointer (RFC 6901) of a member or an element of `place`. */
export function pointer(place: string, ...steps: readonly (string | number)[]): string {
  return place + steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
