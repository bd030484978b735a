import type { Duration } from '../definition.ts';

/** What a length of time looks like: a whole number without leading zeros, and a unit. */
export const DURATION = /^[1-9]\d{0,8}(?:ms|s|m|h|d)$/;

/** A timer or a pause that is longer has outlived the people who wrote it. */
export const DURATION_MAX_MS = 365 * 86_400_000;

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A length of time in milliseconds; NaN if the text has not the form of {@link DURATION}. */
export function durationMs(text: Duration): number {
  if (!DURATION.test(text)) return Number.NaN;
  return Number.parseInt(text, 10) * Number(UNITS_MS[text.replace(/^\d+/, '')]);
}
