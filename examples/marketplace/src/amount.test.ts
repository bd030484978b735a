import { expect, test } from 'vitest';
import { formatAmount, parseAmount } from './amount.ts';

test.each([
  ['0', 0],
  ['99.9', 9990],
  ['0.1', 10],
  ['21.99', 2199],
  ['1299.99', 129_999],
  ['9999999999999.99', 999_999_999_999_999],
])('%s is %d cents (R2.05)', (text, cents) => expect(parseAmount(text)).toBe(cents));

test.each(['', '-1', '1.', '.5', '1.005', '1e3', '1,50', ' 1', 'NaN', '99999999999999'])(
  '%j is no amount (R2.05)',
  (text) => expect(parseAmount(text)).toBeUndefined(),
);

test.each([
  [0, '0.00'],
  [5, '0.05'],
  [9990, '99.90'],
])('%d cents are %s', (cents, text) => expect(formatAmount(cents)).toBe(text));
