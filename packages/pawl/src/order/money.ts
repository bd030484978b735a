import Big from 'big.js';

/** Digits before the decimal point that a price may have. */
export const PRICE_INTEGER_DIGITS_MAX = 12;

/** Significant digits up to which a JSON number still names one decimal value in every double. */
const NUMBER_DIGITS_MAX = 15;

const DECIMAL_TEXT = /^\d+(?:\.\d+)?$/;

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
  if (!DECIMAL_TEXT.test(text)) return refused(`${JSON.stringify(price)} is not a decimal amount`);
  const whole = text.replace(/\..*/, '');
  if (significantDigits(whole) > PRICE_INTEGER_DIGITS_MAX) {
    return refused(`the amount has more than ${PRICE_INTEGER_DIGITS_MAX} digits before the decimal point`);
  }
  if (typeof price === 'number' && significantDigits(text) > NUMBER_DIGITS_MAX) {
    return refused(`a number of more than ${NUMBER_DIGITS_MAX} digits is not exact: write ${price} as text`);
  }
  const fraction = text.slice(whole.length + 1);
  if (fraction.length > decimals) {
    return refused(`${text} has ${fraction.length} decimals, the currency has ${decimals}`);
  }
  const minor = BigInt(whole + fraction.padEnd(decimals, '0'));
  return minor > 0n ? { ok: true, minor } : refused('the price must be above zero');
}

/** Writes an amount of the smallest unit with exactly the currency's decimals: `1998n` and 2 give `"19.98"`. */
export function formatMinor(minor: bigint, decimals: number): string {
  if (decimals === 0) return minor.toString();
  const digits = minor.toString().padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

function refused(detail: string): ParsedAmount {
  return { ok: false, detail };
}

/** A number without an exponent; `NaN` and infinities as they are called, which is no decimal. */
function plainDecimal(value: number): string {
  return Number.isFinite(value) ? new Big(value).toFixed() : String(value);
}

function significantDigits(text: string): number {
  return text.replace('.', '').replace(/^0+/, '').length;
}
