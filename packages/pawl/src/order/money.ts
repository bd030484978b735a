/** Digits before the decimal point that a price may have. */
export const PRICE_INTEGER_DIGITS_MAX = 12;

/** Significant digits up to which a JSON number still names one decimal value in every double. */
const NUMBER_DIGITS_MAX = 15;

const DECIMAL_TEXT = /^(\d+)(?:\.(\d+))?$/;
const EXPONENT_FORM = /^(\d)(?:\.(\d+))?e([+-]\d+)$/;

/** An amount in its currency's smallest unit, exact at any size; or what is wrong with it. */
export type ParsedAmount =
  | { readonly ok: true; readonly minor: bigint }
  | { readonly ok: false; readonly detail: string };

/**
 * Reads a price: decimal text, or a number by its parsed value. It must be above zero, have at most
 * {@link PRICE_INTEGER_DIGITS_MAX} integer digits and no more decimals than the currency; zeros at the end count as decimals.
 */
export function parsePrice(price: string | number, decimals: number): ParsedAmount {
  const text = typeof price === 'number' ? plainDecimal(price) : price;
  const match = text === null ? null : DECIMAL_TEXT.exec(text);
  if (match === null) return { ok: false, detail: `${JSON.stringify(price)} is not a decimal amount` };
  const [, whole = '', fraction = ''] = match;
  if (significantDigits(whole) > PRICE_INTEGER_DIGITS_MAX) {
    return {
      ok: false,
      detail: `the amount has more than ${PRICE_INTEGER_DIGITS_MAX} digits before the decimal point`,
    };
  }
  if (fraction.length > decimals) {
    return { ok: false, detail: `${text} has ${fraction.length} decimals, the currency has ${decimals}` };
  }
  const minor = BigInt(whole + fraction.padEnd(decimals, '0'));
  return minor > 0n ? { ok: true, minor } : { ok: false, detail: 'the price must be above zero' };
}

/** Writes an amount of the smallest unit with exactly the currency's decimals: `1998n` and 2 give `"19.98"`. */
export function formatMinor(minor: bigint, decimals: number): string {
  if (decimals === 0) return minor.toString();
  const digits = minor.toString().padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** A number without an exponent, or null if it has too many digits to name one decimal value, or is not finite or negative. */
function plainDecimal(value: number): string | null {
  const text = String(value);
  const exponent = EXPONENT_FORM.exec(text);
  if (exponent === null)
    return text.replace(/[.]/, '').replace(/^0+/, '').length > NUMBER_DIGITS_MAX ? null : text;
  const [, lead = '', rest = '', power = ''] = exponent;
  // Large numbers reach exponent form at 1e21, far past every limit: only small ones can still be amounts.
  return Number(power) > 0 ? null : `0.${'0'.repeat(-Number(power) - 1)}${lead}${rest}`;
}

function significantDigits(whole: string): number {
  return whole.replace(/^0+/, '').length;
}
