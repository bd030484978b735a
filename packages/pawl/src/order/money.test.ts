import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { priceItems } from './amounts.ts';
import { currencyDecimals } from './currency.ts';
import { formatMinor, parsePrice } from './money.ts';

const minorOf = (price: string | number, decimals: number): bigint | string => {
  const amount = parsePrice(price, decimals);
  return amount.ok ? amount.minor : amount.detail;
};

describe('a price', () => {
  it.each<[string | number, number, bigint]>([
    ['9.99', 2, 999n],
    ['9.9', 2, 990n],
    ['9', 2, 900n],
    ['007.50', 2, 750n],
    ['1000', 0, 1000n],
    ['1.234', 3, 1234n],
    ['0.0001', 4, 1n],
    ['999999999999.9999', 4, 9999999999999999n],
    [19.99, 2, 1999n],
    [0.1, 2, 10n],
    [1e-7, 8, 10n],
    [1.25e-7, 9, 125n],
    [1e-10, 12, 100n],
    [123456789012.345, 3, 123456789012345n],
    [0.00123456789012345, 17, 123456789012345n],
    ['000999999999999.99', 2, 99999999999999n],
    [123456789012.34, 2, 12345678901234n],
  ])('of %j with %i decimals is read exactly (R2.05)', (price, decimals, minor) => {
    expect(minorOf(price, decimals)).toBe(minor);
  });

  it.each<[string | number, number, string]>([
    ['9,99', 2, '"9,99" is not a decimal amount'],
    [-1e-7, 8, '-1e-7 is not a decimal amount'],
    [Number.NaN, 2, 'null is not a decimal amount'],
    ['1234567890123', 2, 'the amount has more than 12 digits before the decimal point'],
    [1e21, 2, 'the amount has more than 12 digits before the decimal point'],
    [
      0.1234567890123456,
      20,
      'a number of more than 15 digits is not exact: write 0.1234567890123456 as text',
    ],
    ['9.999', 2, '9.999 has 3 decimals, the currency has 2'],
    [1e-7, 2, '0.0000001 has 7 decimals, the currency has 2'],
    ['0.00', 2, 'the price must be above zero'],
  ])('of %j with %i decimals is refused: %s', (price, decimals, detail) => {
    expect(parsePrice(price, decimals)).toEqual({ ok: false, detail });
  });

  it.each<[string | number, number]>([
    ['9.999', 2],
    ['9.990', 2],
    ['1.0', 0],
    ['0', 2],
    ['0.00', 2],
    [0, 2],
    ['-1', 2],
    [-1, 2],
    ['', 2],
    ['.5', 2],
    ['5.', 2],
    ['1e3', 2],
    ['1,5', 2],
    [' 1', 2],
    ['NaN', 2],
    [Number.NaN, 2],
    [Number.POSITIVE_INFINITY, 2],
    ['1234567890123', 2],
    [1e21, 2],
    [1e15, 2],
    [0.1234567890123456, 20],
    ['٣', 2],
  ])('of %j with %i decimals is refused', (price, decimals) => {
    expect(minorOf(price, decimals)).toBeTypeOf('string');
  });

  it('comes back as it was written, with exactly the currency’s decimals', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 15n }),
        fc.integer({ min: 0, max: 4 }),
        (minor, decimals) => {
          const text = formatMinor(minor, decimals);
          expect(text.split('.')[1]?.length ?? 0).toBe(decimals);
          if ((text.split('.')[0]?.length ?? 0) <= 12) expect(minorOf(text, decimals)).toBe(minor);
        },
      ),
    );
  });
});

describe('the total of an order', () => {
  it('is the exact sum, also past 2^63 smallest units (R2.05)', () => {
    const items = Array.from({ length: 500 }, () => ({
      sku: 'A',
      qty: 1_000_000,
      price: '999999999999.9999',
    }));
    const priced = priceItems(items, 'CLF');
    expect(priced.ok && priced.amountTotal).toBe('499999999999999950000.0000');
    expect(priceItems([{ sku: 'A', qty: 3, price: 0.1 }], 'USD')).toMatchObject({ amountTotal: '0.30' });
  });

  it('agrees with adding up smallest units', () => {
    const item = fc.record({
      qty: fc.integer({ min: 1, max: 1_000_000 }),
      minor: fc.integer({ min: 1, max: 10 ** 9 }),
    });
    fc.assert(
      fc.property(
        fc.array(item, { minLength: 1, maxLength: 20 }),
        fc.constantFrom('JPY', 'USD', 'KWD'),
        (lines, currency) => {
          const decimals = currencyDecimals(currency) as number;
          const items = lines.map(({ qty, minor }) => ({
            sku: 'A',
            qty,
            price: formatMinor(BigInt(minor), decimals),
          }));
          const sum = lines.reduce((total, { qty, minor }) => total + BigInt(qty) * BigInt(minor), 0n);
          expect(priceItems(items, currency)).toMatchObject({
            ok: true,
            amountTotal: formatMinor(sum, decimals),
          });
        },
      ),
    );
  });

  it.each([
    ['XXX', 'currency-unknown'],
    ['usd', 'currency-unknown'],
    ['', 'currency-unknown'],
    ['JPY', 'amount-invalid'],
  ])('in %j of a price with cents is refused as %s', (currency, code) => {
    expect(priceItems([{ sku: 'A', qty: 1, price: '1.50' }], currency)).toMatchObject({
      ok: false,
      rejection: { code },
    });
  });

  it.each([
    ['JPY', '2'],
    ['EUR', '2.00'],
    ['KWD', '2.000'],
    ['UYW', '2.0000'],
  ])('in %s is %s', (currency, total) => {
    expect(priceItems([{ sku: 'A', qty: 2, price: '1' }], currency)).toMatchObject({ amountTotal: total });
  });

  it.each([0, -1, 1.5, 1_000_001, Number.NaN])('of a quantity of %j is refused, naming the line', (qty) => {
    const line = { sku: 'A', qty: 1_000_000, price: '1' };
    expect(priceItems([line, { ...line, qty }], 'USD')).toEqual({
      ok: false,
      rejection: { code: 'amount-invalid', item: 1, detail: 'qty is a whole number from 1 to 1000000' },
    });
  });

  it('names the line whose price is none', () => {
    const line = { sku: 'A', qty: 1, price: '1' };
    expect(priceItems([line, line, { ...line, price: 'free' }], 'USD')).toEqual({
      ok: false,
      rejection: { code: 'amount-invalid', item: 2, detail: '"free" is not a decimal amount' },
    });
  });

  it('needs at least one line and at most 500', () => {
    const line = { sku: 'A', qty: 1, price: '1' };
    const refused = {
      ok: false,
      rejection: { code: 'amount-invalid', item: 0, detail: 'an order has 1 to 500 items' },
    };
    expect(priceItems([], 'USD')).toEqual(refused);
    expect(priceItems(Array(500).fill(line), 'USD').ok).toBe(true);
    expect(priceItems(Array(501).fill(line), 'USD')).toEqual(refused);
  });
});
