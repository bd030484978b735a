import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ACCESS, type Access, BUILT_IN_ROLES, type OperationId } from '../../src/auth/roles.ts';
import { type Harness, ITEM, startServer } from './harness.ts';

const keyOf = (token: string, tenant: string, roles: readonly string[]) => ({
  hash: createHash('sha256').update(token).digest('hex'),
  tenant,
  actor: token,
  roles,
});

const apiKeys = [
  ...BUILT_IN_ROLES.map((role) => keyOf(role, 'shop', [role])),
  keyOf('approver', 'shop', ['approver']),
  keyOf('both', 'shop', ['operator', 'approver']),
  keyOf('nothing', 'shop', []),
  keyOf('stranger', 'other', ['admin']),
];

const startProd = (): Promise<Harness> => startServer({ settings: { env: 'prod', apiKeys } });
const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

/** A call of each operation that gets past its form. */
const CALLS: Record<OperationId, [method: string, path: string, body?: unknown]> = {
  create_order: ['POST', '/orders', { items: [ITEM] }],
  list_orders: ['GET', '/orders'],
  get_order: ['GET', '/orders/ID'],
  replace_order: ['PUT', '/orders/ID', { customer_id: null, currency: 'USD', items: [ITEM], metadata: {} }],
  update_order: ['PATCH', '/orders/ID', { currency: 'EUR' }],
  transition_order: ['POST', '/orders/ID/pay'],
  list_order_actions: ['GET', '/orders/ID/actions'],
  list_order_events: ['GET', '/orders/ID/events'],
  get_order_waiting: ['GET', '/orders/ID/waiting'],
  review_order: ['POST', '/orders/ID/review', { reason: 'seen' }],
  redrive_order: ['POST', '/orders/ID/redrive', { reason: 'again' }],
  bulk_orders: ['POST', '/orders/bulk', { operations: [{ op: 'create', items: [ITEM] }] }],
  list_stock: ['GET', '/stock'],
  get_stock: ['GET', '/stock/A-1'],
  set_stock: ['PUT', '/stock/A-1', { on_hand: 5 }],
  adjust_stock: ['POST', '/stock/A-1/adjust', { delta: 1, reason: 'found' }],
  list_stock_movements: ['GET', '/stock/A-1/movements'],
  list_tasks: ['GET', '/tasks'],
  get_task: ['GET', '/tasks/ID:2:0'],
  retry_task: ['POST', '/tasks/ID:2:0/retry'],
  resolve_task: ['POST', '/tasks/ID:2:0/resolve', { outcome: 'done', reason: 'seen' }],
  claim_tasks: ['POST', '/tasks/claim', { tasks: ['queue:mail'] }],
  heartbeat_task: ['POST', '/tasks/ID:2:0/heartbeat', { token: 1 }],
  complete_task: ['POST', '/tasks/ID:2:0/complete', { token: 1 }],
  fail_task: ['POST', '/tasks/ID:2:0/fail', { token: 1, reason: 'broken' }],
  list_dead_letters: ['GET', '/dead-letters'],
  redrive_dead_letters: ['POST', '/dead-letters/redrive', { filter: {} }],
  list_workflows: ['GET', '/workflows'],
  get_workflow: ['GET', '/workflows/retail'],
  get_workflow_diagram: ['GET', '/workflows/retail/diagram'],
  verify_workflow: ['POST', '/workflows/verify', {}],
  deploy_workflow: ['PUT', '/workflows/retail', {}],
  list_events: ['GET', '/events'],
  get_metrics: ['GET', '/metrics'],
  get_health: ['GET', '/health'],
  get_liveness: ['GET', '/livez'],
  get_readiness: ['GET', '/readyz'],
  get_root: ['GET', '/'],
  get_problem: ['GET', '/problems/overloaded'],
  get_openapi: ['GET', '/openapi.json'],
  get_docs: ['GET', '/docs'],
};

const OPERATIONS = Object.keys(CALLS) as OperationId[];

function isOpenTo(operation: OperationId, role: string): boolean {
  const access: Access = ACCESS[operation];
  return typeof access === 'string' || role === 'admin' || access.some((one) => one === role);
}

describe('every route for every role (R0.12, R1.08)', () => {
  test.each(OPERATIONS)('%s', async (operation) => {
    const server = await startProd();
    const [method, path, body] = CALLS[operation];
    for (const role of [...BUILT_IN_ROLES, 'nothing']) {
      const { body: order } = await server.call('POST', '/orders', {
        body: { items: [ITEM] },
        ...as('operator'),
      });
      const call = { ...(body === undefined ? {} : { body }), ...as(role) };
      const answer = await server.call(method, path.replace('ID', order.order_id), call);
      expect([role, answer.status === 403]).toEqual([role, !isOpenTo(operation, role)]);
      if (answer.status === 403)
        expect(answer.body).toMatchObject({ code: 'role-required', action: operation });
    }
  });

  test.each(OPERATIONS)('%s without credentials, or with wrong ones', async (operation) => {
    const server = await startProd();
    const [method, path, body] = CALLS[operation];
    const options = body === undefined ? {} : { body };
    for (const authorization of [
      undefined,
      'Bearer wrong',
      'Bearer',
      'Basic b3BlcmF0b3I6',
      'operator',
      `Bearer ${'x'.repeat(5_000)}`,
    ]) {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      const answer = await server.call(method, path, { ...options, headers });
      expect(answer.status === 401).toBe(ACCESS[operation] !== 'public');
      if (answer.status !== 401) continue;
      expect(answer.body).toMatchObject({ code: 'unauthenticated', title: 'Authentication required' });
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
  });
});

test('a stranger’s broken body is 401, but an oversized or foreign one 413 or 415', async () => {
  const server = await startServer({ settings: { env: 'prod', apiKeys, bodyMaxBytes: 100 } });
  expect((await server.call('POST', '/orders', { body: '{' })).status).toBe(401);
  expect((await server.call('POST', '/orders', { body: {} })).status).toBe(401);
  expect((await server.call('POST', '/orders/0/pay')).status).toBe(401);
  expect((await server.call('POST', '/orders', { body: 'x'.repeat(101) })).status).toBe(413);
  expect(
    (await server.call('POST', '/orders', { body: 'x', headers: { 'content-type': 'text/xml' } })).status,
  ).toBe(415);
});

test('a header that is wrong is told before the role is missed', async () => {
  const server = await startProd();
  const order = { customer_id: null, currency: 'USD', items: [ITEM], metadata: {} };
  for (const [method, path, name, body] of [
    ['POST', '/orders', 'idempotency-key', { items: [ITEM] }],
    ['POST', '/orders/bulk', 'idempotency-key', { operations: [{}] }],
    ['POST', '/orders/1/pay', 'if-match', {}],
    ['PATCH', '/orders/1', 'if-match', { currency: 'EUR' }],
    ['PUT', '/orders/1', 'if-match', order],
  ] as const) {
    const headers = { ...as('viewer').headers, [name]: 'ü ü' };
    expect([path, await server.call(method, path, { body, headers })]).toMatchObject([
      path,
      { status: 400, body: { errors: [{ in: 'header', pointer: `#/${name}` }] } },
    ]);
  }
});

test('the order of another tenant does not exist (R2.13)', async () => {
  const server = await startProd();
  const { body: order } = await server.call('POST', '/orders', {
    body: { items: [ITEM], external_id: 'e' },
    ...as('operator'),
  });
  const path = `/orders/${order.order_id}`;
  for (const [method, at] of [
    ['GET', path],
    ['GET', `${path}/events`],
    ['GET', `${path}/actions`],
    ['POST', `${path}/pay`],
  ] as const) {
    expect(await server.call(method, at, as('stranger'))).toMatchObject({
      status: 404,
      body: { code: 'order-not-found' },
    });
  }
  expect((await server.call('GET', '/orders', as('stranger'))).body.data).toEqual([]);
  expect((await server.call('GET', '/events', as('stranger'))).body.data).toEqual([]);
  const same = await server.call('POST', '/orders', {
    body: { items: [ITEM], external_id: 'e' },
    ...as('stranger'),
  });
  expect(same.status).toBe(201);
  const page = await server.call('GET', '/orders?limit=1', as('operator'));
  await server.call('POST', '/orders', { body: { items: [ITEM] }, ...as('operator') });
  const { next_cursor: cursor } = (await server.call('GET', '/orders?limit=1', as('operator'))).body;
  expect(page.body.next_cursor).toBeNull();
  expect((await server.call('GET', `/orders?cursor=${cursor}`, as('stranger'))).status).toBe(400);
});

test('the caller stands in the trail (R0.06)', async () => {
  const server = await startProd();
  const { body: order } = await server.call('POST', '/orders', {
    body: { items: [ITEM] },
    ...as('operator'),
  });
  const { body } = await server.call('GET', `/orders/${order.order_id}/events`, as('auditor'));
  expect(body.data[0].actor).toEqual({ id: 'operator', kind: 'api_key' });
});

test('a transition demands its own role, and opens to who has just that one', async () => {
  const server = await startProd();
  const body = { items: [ITEM], workflow: 'approval' };
  const { body: order } = await server.call('POST', '/orders', { body, ...as('operator') });
  const fire = (event: string, token: string) =>
    server.call('POST', `/orders/${order.order_id}/${event}`, as(token));
  expect(await fire('validate', 'approver')).toMatchObject({ status: 403, body: { code: 'role-required' } });
  // The state is looked at before the role of the single transition (ADR 5).
  expect((await fire('approve', 'operator')).status).toBe(400);
  expect((await fire('validate', 'operator')).status).toBe(202);
  await server.until(order.order_id, 'VALIDATED', as('operator'));
  expect(await fire('approve', 'operator')).toMatchObject({ status: 403, body: { roles: ['approver'] } });
  expect((await fire('approve', 'viewer')).status).toBe(403);
  expect((await fire('approve', 'approver')).status).toBe(200);
});

test('only an importer may say when something happened, and not in the future', async () => {
  const server = await startProd();
  const create = (occurred_at: string, token: string) =>
    server.call('POST', '/orders', { body: { items: [ITEM], occurred_at }, ...as(token) });
  expect(await create('2020-01-01T00:00:00Z', 'operator')).toMatchObject({
    status: 403,
    body: { code: 'role-required' },
  });
  expect(await create('2999-01-01T00:00:00Z', 'importer')).toMatchObject({
    status: 422,
    body: { code: 'occurred-at-invalid' },
  });
  const created = await create('2020-01-01T00:00:00+01:00', 'importer');
  expect(created.status).toBe(201);
  const event = {
    op: 'event',
    order_id: created.body.order_id,
    event: 'pay',
    occurred_at: '2020-01-02T00:00:00Z',
  };
  expect(
    await server.call('POST', '/orders/bulk', { body: { operations: [event] }, ...as('importer') }),
  ).toMatchObject({
    body: { results: [{ status: 200 }] },
  });
  const { body } = await server.call('GET', `/orders/${created.body.order_id}/events`, as('admin'));
  expect(body.data.map((entry: { occurred_at: string }) => entry.occurred_at)).toEqual([
    '2019-12-31T23:00:00.000Z',
    '2020-01-02T00:00:00.000Z',
  ]);
});

test('without keys everybody is the actor local, whatever they send', async () => {
  const server = await startServer();
  const { body: order } = await server.call('POST', '/orders', {
    body: { items: [ITEM] },
    ...as('whatever'),
  });
  const { body } = await server.call('GET', `/orders/${order.order_id}/events`);
  expect(body.data[0].actor).toEqual({ id: 'local', kind: 'local' });
  expect((await server.call('GET', '/metrics')).status).toBe(200);
});
