import { defineWorkflow } from 'pawl';
import { expect, test } from 'vitest';
import { ITEM, startServer } from './harness.ts';

const preorder = defineWorkflow({
  name: 'preorder',
  initial: 'SUBMITTED',
  announces: 'OrderPlaced',
  states: { SUBMITTED: { on: { confirm: 'CONFIRMED' } }, CONFIRMED: { final: true } },
});

test('the feed gives every event as a CloudEvent, in order, and always says where to go on (R2.15)', async () => {
  const server = await startServer({ workflows: [preorder] });
  const empty = await server.call('GET', '/events');
  expect(empty.body.data).toEqual([]);
  const { body: order } = await server.call('POST', '/orders', {
    body: { items: [ITEM], customer_id: 'c', external_id: 'e' },
  });
  const { body: placed } = await server.call('POST', '/orders', {
    body: { items: [ITEM], workflow: 'preorder' },
  });
  await server.call('POST', `/orders/${order.order_id}/pay`);
  await server.call('POST', `/orders/${placed.order_id}/confirm`);

  const seen: { id: string; type: string; data: object }[] = [];
  let after: string = empty.body.next_cursor;
  for (;;) {
    const { body, headers } = await server.call('GET', `/events?limit=1&after=${after}`);
    expect(headers.get('link')).toContain(`after=${body.next_cursor}`);
    if (body.data.length === 0) break;
    seen.push(...body.data);
    after = body.next_cursor;
  }
  expect(seen.map(({ id, type }) => [id, type])).toEqual([
    [`${order.order_id}:1`, 'OrderCreated'],
    [`${placed.order_id}:1`, 'OrderPlaced'],
    [`${order.order_id}:2`, 'OrderUpdated'],
    [`${placed.order_id}:2`, 'OrderUpdated'],
  ]);
  expect(seen[2]).toMatchObject({
    specversion: '1.0',
    source: '/orders',
    subject: order.order_id,
    datacontenttype: 'application/json',
    data: { version: 2, from: 'CREATED', to: 'PAID', workflow: 'retail', customer_id: 'c', external_id: 'e' },
  });
  const last = await server.call('GET', `/events?after=${after}`);
  expect(last.body.data).toEqual([]);
  expect(last.body.next_cursor).toEqual(expect.any(String));
});

test.each(['after=abc', 'after=', 'limit=0', 'limit=101', 'cursor=x'])(
  'the feed refuses ?%s',
  async (query) => {
    const server = await startServer();
    expect(await server.call('GET', `/events?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'validation-failed' },
    });
  },
);
