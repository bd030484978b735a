import { expect, it } from 'vitest';
import { Life } from '../testing/life/life.ts';
import { viewOrder } from './order-view.ts';

it('shows an order as clients see it, its members always in one order', () => {
  const life = new Life(
    { A: { on: { close: 'END' } }, END: { final: true } },
    { metadata: { channel: 'web' } },
  );
  const items = [{ price: '9.99', qty: 2, sku: 'A' }];
  life.now += 1;
  life.event('close');
  expect(JSON.stringify(viewOrder({ ...life.order, items, customerId: 'ann', externalId: 'x-1' }))).toBe(
    JSON.stringify({
      order_id: life.order.id,
      external_id: 'x-1',
      workflow: 'life',
      workflow_version: 1,
      status: 'END',
      version: 2,
      settled: true,
      blocked: false,
      customer_id: 'ann',
      currency: 'USD',
      items: [{ sku: 'A', qty: 2, price: '9.99' }],
      amount_total: '19.98',
      metadata: { channel: 'web' },
      created_at: '1970-01-01T00:16:40.000Z',
      updated_at: '1970-01-01T00:16:40.001Z',
    }),
  );
});
