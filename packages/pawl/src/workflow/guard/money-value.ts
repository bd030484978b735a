import Big from 'big.js';

/** An amount as guards see it: exact, compared by value, so that 10.0 equals 10.00. */
export class MoneyValue {
  readonly #amount: Big;

  constructor(amount: Big) {
    this.#amount = amount;
  }

  /** @throws {RangeError} unless the text is a decimal like `100`, `9.99` or `-0.5`. */
  static parse(text: string): MoneyValue {
    if (!DECIMAL.test(text)) throw new RangeError(`'${text.slice(0, 50)}' is no amount of money`);
    return new MoneyValue(new Big(text));
  }

  /** Negative, zero or positive, as this amount is below, equal to or above the other. */
  compare(other: MoneyValue): number {
    return this.#amount.cmp(other.#amount);
  }

  plus(other: MoneyValue): MoneyValue {
    return new MoneyValue(this.#amount.plus(other.#amount));
  }

  minus(other: MoneyValue): MoneyValue {
    return new MoneyValue(this.#amount.minus(other.#amount));
  }

  times(count: bigint): MoneyValue {
    return new MoneyValue(this.#amount.times(count.toString()));
  }
}

/** No exponents: with one, a short text would stand for a number of millions of digits. */
const DECIMAL = /^-?\d{1,40}(\.\d{1,40})?$/;
