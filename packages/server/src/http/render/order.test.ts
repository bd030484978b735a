import type { Order } from 'pawl';
import { expect, it } from 'vitest';
import { viewOrder } from './order.ts';

it('shows items in one order of members, whatever that of the stored ones', () => {
  const canonical = { price: '9.99', qty: 2, sku: 'A-1' };
  const order = { items: [canonical], createdAt: 0, updatedAt: 0 } as unknown as Order;
  expect(JSON.stringify(viewOrder(order).items)).toBe('[{"sku":"A-1","qty":2,"price":"9.99"}]');
});
