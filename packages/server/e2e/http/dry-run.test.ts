import { expect, test } from 'vitest';
import { ITEM, startServer } from './harness.ts';
import { startShop } from './printing.ts';

const body = { items: [ITEM] };

test('a dry run says what would happen and changes nothing', async () => {
  const server = await startServer();
  const created = await server.call('POST', '/orders?dry_run=true', {
    body,
    headers: { 'idempotency-key': 'k' },
  });
  expect(created.status).toBe(200);
  expect(created.body).toMatchObject({
    allowed: true,
    order: { status: 'CREATED', amount_total: '19.98' },
    events: [{ version: 1, type: 'created', from: null, to: 'CREATED' }],
    work: [],
    stock: [],
    compensation: [],
  });
  expect((await server.call('GET', '/orders')).body.data).toEqual([]);
  // The key was not used.
  expect((await server.call('POST', '/orders', { body, headers: { 'idempotency-key': 'k' } })).status).toBe(
    201,
  );
});

test('a dry run does not even look at the key', async () => {
  const server = await startServer();
  const headers = { 'idempotency-key': 'ü ü' };
  const tries = [
    ['/orders', body],
    ['/orders/bulk', { operations: [{ op: 'create', ...body }] }],
  ] as const;
  for (const [path, sent] of tries) {
    expect((await server.call('POST', `${path}?dry_run=true`, { body: sent, headers })).status).toBe(200);
    expect((await server.call('POST', path, { body: sent, headers })).status).toBe(400);
  }
});

test('a dry run of a change needs no If-Match, and judges one that is given', async () => {
  const server = await startServer();
  const { body: order } = await server.call('POST', '/orders', { body });
  const path = `/orders/${order.order_id}`;
  const patched = await server.call('PATCH', `${path}?dry_run=true`, { body: { status: 'PAID' } });
  expect(patched).toMatchObject({
    status: 200,
    body: { allowed: true, order: { status: 'PAID', version: 2 } },
  });
  const stale = await server.call('PATCH', `${path}?dry_run=true`, {
    body: { status: 'PAID' },
    headers: { 'if-match': '9' },
  });
  expect(stale).toMatchObject({
    status: 200,
    body: { allowed: false, problem: { code: 'version-conflict', status: 409 } },
  });
  const put = await server.call('PUT', `${path}?dry_run=true`, {
    body: { customer_id: null, currency: 'EUR', items: [ITEM], metadata: {} },
  });
  expect(put).toMatchObject({ status: 200, body: { allowed: true, order: { currency: 'EUR', version: 2 } } });
  expect((await server.call('GET', path)).body).toEqual(order);
});

test('a dry run answers the refusal, with the order as it stays', async () => {
  const server = await startServer();
  const { body: order } = await server.call('POST', '/orders', { body });
  const refused = await server.call('POST', `/orders/${order.order_id}/ship?dry_run=true`);
  expect(refused).toMatchObject({
    status: 200,
    body: {
      allowed: false,
      events: [],
      order: { status: 'CREATED', version: 1 },
      problem: {
        code: 'illegal-transition',
        detail: 'Cannot ship from CREATED',
        type: '/problems/illegal-transition',
      },
    },
  });
  expect(await server.call('POST', '/orders/12/ship?dry_run=true')).toMatchObject({ status: 404 });
  expect(await server.call('POST', `/orders/${order.order_id}/fly?dry_run=true`)).toMatchObject({
    status: 404,
  });
  expect(await server.call('POST', '/orders?dry_run=true', { body: {} })).toMatchObject({ status: 400 });
  expect(await server.call('POST', '/orders?dry_run=1', { body })).toMatchObject({ status: 400 });
});

test('a dry run of many judges each alone', async () => {
  const server = await startServer();
  const { body: order } = await server.call('POST', '/orders', { body });
  const operations = [
    { op: 'event', order_id: order.order_id, event: 'pay' },
    { op: 'event', order_id: order.order_id, event: 'ship' },
    { op: 'create', items: [] },
  ];
  const { status, body: answer } = await server.call('POST', '/orders/bulk?dry_run=true', {
    body: { operations },
  });
  expect(status).toBe(200);
  expect(answer.results).toMatchObject([
    { status: 200, allowed: true },
    { status: 200, allowed: false, problem: { code: 'illegal-transition' } },
    { status: 400, problem: { code: 'validation-failed' } },
  ]);
  expect((await server.call('GET', `/orders/${order.order_id}`)).body.version).toBe(1);
});

test('a dry run shows the work that an event would start', async () => {
  const server = await startServer();
  const { body: order } = await server.call('POST', '/orders', { body: { ...body, workflow: 'approval' } });
  const tried = await server.call('POST', `/orders/${order.order_id}/validate?dry_run=true`);
  expect(tried).toMatchObject({
    status: 200,
    body: {
      allowed: true,
      events: [{ type: 'work_accepted', event: 'validate', from: 'CREATED', to: 'CREATED' }],
      order: { status: 'CREATED', version: 2 },
      work: [{ task: 'order.check', task_id: `${order.order_id}:2:0` }],
      stock: [],
      compensation: [],
    },
  });
  expect((await server.call('GET', `/orders/${order.order_id}/waiting`)).body.waits_for).toMatchObject([
    { kind: 'event', event: 'validate' },
    { kind: 'event', event: 'reject' },
  ]);
});

test('a dry run shows what would be taken back', async () => {
  const shop = await startShop();
  const id = await shop.create('printing', 'print');
  const label = await shop.take('label.print');
  await shop.tell(label, 'complete', { token: label.token, data: { label: 'L-7' } });
  const tried = await shop.call('POST', `/orders/${id}/drop?dry_run=true`);
  expect(tried).toMatchObject({
    status: 200,
    body: {
      allowed: true,
      order: { status: 'DROPPED', settled: false },
      work: [],
      compensation: [{ task: 'label.void', task_id: `${id}:2:0:undo`, undoes: `${id}:2:0` }],
    },
  });
  expect((await shop.call('GET', '/tasks?task=label.void')).body.data).toEqual([]);
});
