import { describe, expect, it } from 'vitest';
import { MoneyValue } from './money-value.ts';

const money = (text: string) => MoneyValue.parse(text);

describe('an amount', () => {
  it.each(['0', '100', '9.99', '-0.5', '-12', '007.50', '9'.repeat(40), `0.${'9'.repeat(40)}`])(
    'is read from %s',
    (text) => {
      expect(() => money(text)).not.toThrow();
    },
  );

  it.each([
    ...['', '-', '.5', '5.', '+1', '--1', '1e9', '1,5', ' 1', '1 ', '1\n', 'x1', '1x', '1.2.3', '٣', '0x1'],
    '9'.repeat(41),
    `0.${'9'.repeat(41)}`,
  ])('is not read from %j', (text) => {
    expect(() => money(text)).toThrow(new RangeError(`'${text.slice(0, 50)}' is no amount of money`));
  });

  it('is compared by its value', () => {
    expect(money('10.0').compare(money('10.00'))).toBe(0);
    expect(money('9.99').compare(money('10'))).toBeLessThan(0);
    expect(money('100').compare(money('99.99'))).toBeGreaterThan(0);
  });

  it('is added, taken away and multiplied exactly', () => {
    expect(money('0.1').plus(money('0.2')).compare(money('0.3'))).toBe(0);
    expect(money('0.3').minus(money('0.1')).compare(money('0.2'))).toBe(0);
    expect(money('19.99').times(3n).compare(money('59.97'))).toBe(0);
  });
});
