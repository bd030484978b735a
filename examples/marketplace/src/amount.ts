/** Digits before the point that a sum of cents holds exactly as a number. */
const AMOUNT = /^([0-9]{1,13})(?:\.([0-9]{1,2}))?$/;

/** Cents of a decimal text; undefined if it is none, or has parts of a cent. Money is never a float. */
export function parseAmount(text: string): number | undefined {
  const match = AMOUNT.exec(text);
  if (match === null) return undefined;
  const [, whole = '', fraction = ''] = match;
  return Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
}

/** Cents as a decimal text. */
export function formatAmount(cents: number): string {
  const digits = String(Math.abs(cents)).padStart(3, '0');
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
