import { expect, it } from 'vitest';
import { nearest } from './names.ts';

const STATES = ['CREATED', 'PAID', 'SHIPPED', 'DELIVERED'];

it.each([
  ['PIAD', 'PAID'],
  ['Shipped', 'SHIPPED'],
  ['DELIVERD', 'DELIVERED'],
  ['', undefined],
  ['NOWHERE_NEAR_ANY', undefined],
  ['x'.repeat(100_000), undefined],
])('takes %s for %s', (name, meant) => {
  expect(nearest(name, STATES)).toBe(meant);
});
