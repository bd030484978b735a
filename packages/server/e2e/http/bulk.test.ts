import { expect, test } from 'vitest';
import { ITEM, startServer } from './harness.ts';

const create = { op: 'create', items: [ITEM] };

test('many operations are carried out in order, each by itself', async () => {
  const server = await startServer();
  const { body: order } = await server.call('POST', '/orders', { body: { items: [ITEM] } });
  const event = { op: 'event', order_id: order.order_id };
  const { status, body } = await server.call('POST', '/orders/bulk', {
    body: {
      operations: [
        create,
        { ...event, event: 'pay', if_match: 1 },
        { ...event, event: 'pay' },
        { ...event, event: 'ship', reason: 'packed' },
        { ...event, event: 'deliver', if_match: 1 },
        { ...event, event: 'fly' },
        { ...event, order_id: '12', event: 'pay' },
        { ...create, currency: 'JPY' },
      ],
    },
  });
  expect(status).toBe(200);
  expect(body.results).toMatchObject([
    { status: 201, order: { status: 'CREATED' } },
    { status: 200, order: { status: 'PAID', version: 2 } },
    { status: 422, problem: { code: 'illegal-transition' } },
    { status: 200, order: { status: 'SHIPPED', version: 3 } },
    { status: 409, problem: { code: 'version-conflict', current_version: 3 } },
    { status: 404, problem: { code: 'event-unknown' } },
    { status: 404, problem: { code: 'order-not-found' } },
    { status: 422, problem: { code: 'amount-invalid' } },
  ]);
  expect(server.events.map(({ action, domain }) => [action, domain.from, domain.to])).toEqual([
    ['create_order', null, 'CREATED'],
    ['transition_order', 'CREATED', 'PAID'],
    ['transition_order', 'PAID', 'SHIPPED'],
  ]);
});

test('a wrong operation is its own 400, at its place, and does not harm the others', async () => {
  const server = await startServer();
  const wrong = [
    7,
    null,
    {},
    { op: 'delete' },
    { op: 'create' },
    { ...create, tax: 1 },
    { op: 'event', order_id: '0', event: 'pay' },
    { op: 'event', order_id: '1', event: 'pay', if_match: '1' },
  ];
  const { status, body } = await server.call('POST', '/orders/bulk', {
    body: { operations: [...wrong, create] },
  });
  expect(status).toBe(200);
  const statuses = body.results.map((result: { status: number }) => result.status);
  expect(statuses).toEqual([...wrong.map(() => 400), 201]);
  expect(body.results[5].problem.errors).toEqual([
    { in: 'body', pointer: '#/operations/5/tax', detail: 'is not known here' },
  ]);
});

test.each([
  ['no operations', { operations: [] }],
  ['a thousand and one', { operations: Array.from({ length: 1_001 }, () => create) }],
  ['none at all', {}],
  ['another member', { operations: [create], atomic: true }],
  ['a list', [create]],
])('only the envelope can fail the call: %s', async (_, body) => {
  const server = await startServer();
  expect(await server.call('POST', '/orders/bulk', { body })).toMatchObject({ status: 400 });
  expect((await server.call('GET', '/orders')).body.data).toEqual([]);
});

test('a thousand operations fit into one call', async () => {
  const server = await startServer();
  const operations = Array.from({ length: 1_000 }, () => create);
  const { body } = await server.call('POST', '/orders/bulk', { body: { operations } });
  expect(body.results.every((result: { status: number }) => result.status === 201)).toBe(true);
});

test('the key of the call covers it operation by operation (R2.03)', async () => {
  const server = await startServer();
  const headers = { 'idempotency-key': 'k' };
  const call = (operations: readonly object[]) =>
    server.call('POST', '/orders/bulk', { body: { operations }, headers });
  const first = await call([create, create]);
  const again = await call([create, create]);
  const replays = first.body.results.map((result: object) => ({ ...result, replayed: true }));
  expect(again.body.results).toEqual(replays);
  const changed = await call([create, { ...create, currency: 'EUR' }, create]);
  expect(changed.body.results).toMatchObject([
    { status: 201, replayed: true, order: first.body.results[0].order },
    { status: 409, problem: { code: 'idempotency-key-reused' } },
    { status: 201 },
  ]);
  expect(changed.body.results.map((result: object) => 'replayed' in result)).toEqual([true, false, false]);
  expect((await server.call('GET', '/orders?count=true')).body.total).toBe(3);
});

test('there is room for all operations or for none (503)', async () => {
  const server = await startServer({ pawl: { queueMax: 5 } });
  const answer = await server.call('POST', '/orders/bulk', {
    body: { operations: Array.from({ length: 6 }, () => create) },
  });
  expect(answer).toMatchObject({ status: 503, body: { code: 'overloaded' } });
  expect(answer.headers.get('retry-after')).toBe('1');
  expect((await server.call('GET', '/orders')).body.data).toEqual([]);
});

test('a bulk body may have 8 MiB, any other one', async () => {
  const server = await startServer({ settings: { bodyMaxBytes: 1_000, bulkMaxBytes: 3_000 } });
  const note = 'x'.repeat(1_500);
  const operations = [{ ...create, metadata: { note } }];
  expect((await server.call('POST', '/orders/bulk', { body: { operations } })).status).toBe(200);
  expect((await server.call('POST', '/orders', { body: { items: [ITEM], metadata: { note } } })).status).toBe(
    413,
  );
});

test('an event that starts work is 202 with its task, also when it is asked for again', async () => {
  const server = await startServer();
  const body = { items: [ITEM], workflow: 'approval', metadata: { validation: { token: 'slow' } } };
  const { body: order } = await server.call('POST', '/orders', { body });
  const operation = { op: 'event', order_id: order.order_id, event: 'validate' };
  const call = () =>
    server.call('POST', '/orders/bulk', {
      body: { operations: [operation, operation] },
      headers: { 'idempotency-key': 'k' },
    });
  const accepted = {
    status: 202,
    task_id: `${order.order_id}:2:0`,
    order: { status: 'CREATED', version: 2 },
  };
  expect((await call()).body.results).toMatchObject([accepted, accepted]);
  expect((await call()).body.results).toMatchObject([
    { ...accepted, replayed: true },
    { ...accepted, replayed: true },
  ]);
});

test('a creation is 201 at whatever version its local work has left it', async () => {
  const server = await startServer();
  await server.call('PUT', `/stock/${ITEM.sku}`, { body: { on_hand: 5 } });
  const operations = [{ ...create, workflow: 'preorder', metadata: { payment: { token: 'tok_slow' } } }];
  const { body } = await server.call('POST', '/orders/bulk', { body: { operations } });
  expect(body.results).toMatchObject([{ status: 201, order: { status: 'RESERVED', version: 3 } }]);
  expect(server.events.map(({ action, domain }) => [action, domain.type, domain.to])).toEqual([
    ['create_order', 'created', 'SUBMITTED'],
    ['create_order', 'work_ended', 'SUBMITTED'],
    ['create_order', 'work_ended', 'RESERVED'],
  ]);
});
