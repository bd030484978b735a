import { expect, it } from 'vitest';
import { Life } from '../testing/life/life.ts';
import { eventFacts, unattendedFacts } from './guard-facts.ts';

const { order, now } = new Life(
  { A: { on: { close: 'END' } }, END: { final: true } },
  { metadata: { channel: 'web' } },
);

const ORDER = {
  id: order.id,
  external_id: null,
  customer_id: null,
  status: 'A',
  version: 1,
  currency: 'USD',
  amount_total: '19.98',
  items: [{ sku: 'A', qty: 2, price: '9.99' }],
  metadata: { channel: 'web' },
  created_at: 1_000_000,
  updated_at: 1_000_000,
};

it('shows a client event’s guard the order, what was sent, when and by whom', () => {
  const actor = { tenant: 1, number: 7, name: 'ann', kind: 'api_key', roles: ['clerk'] } as const;
  expect(eventFacts(order, { tracking: 'x' }, now, actor)).toEqual({
    order: ORDER,
    data: { tracking: 'x' },
    now,
    actor: { id: 'ann', kind: 'api_key', roles: ['clerk'] },
  });
});

it('shows what nobody has sent as done by the system, without roles', () => {
  expect(unattendedFacts(order, now)).toEqual({
    order: ORDER,
    data: {},
    now,
    actor: { id: 'system', kind: 'system', roles: [] },
  });
});
