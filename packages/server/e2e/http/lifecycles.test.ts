import { defineWorkflow } from 'pawl';
import { describe, expect, test } from 'vitest';
import { type Answer, type Harness, ITEM, startServer } from './harness.ts';

const NO_ORDER = 'ord_01jd3m8k2yfw8sx2q0tr5v9c1n';

async function create(server: Harness, body: object = {}): Promise<string> {
  const { status, body: order } = await server.call('POST', '/orders', { body: { items: [ITEM], ...body } });
  expect(status).toBe(201);
  return order.order_id;
}

const fire = (server: Harness, id: string, event: string, body?: object): Promise<Answer> =>
  server.call('POST', `/orders/${id}/${event}`, body === undefined ? {} : { body });

describe('retail', () => {
  test('goes from the basket to the doorstep and back (R0.02, R0.06)', async () => {
    const server = await startServer();
    const id = await create(server);
    const states = [];
    for (const event of ['pay', 'ship', 'deliver', 'return'])
      states.push((await fire(server, id, event)).body.status);
    expect(states).toEqual(['PAID', 'SHIPPED', 'DELIVERED', 'RETURNED']);
    const { body: trail } = await server.call('GET', `/orders/${id}/events`);
    expect(trail.data.map((entry: { from: string; to: string }) => [entry.from, entry.to])).toEqual([
      [null, 'CREATED'],
      ['CREATED', 'PAID'],
      ['PAID', 'SHIPPED'],
      ['SHIPPED', 'DELIVERED'],
      ['DELIVERED', 'RETURNED'],
    ]);
    expect(trail.data[1]).toMatchObject({ order_id: id, version: 2, actor: { id: 'local', kind: 'local' } });
    expect(trail.data[1].at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect((await server.call('GET', `/orders/${id}`)).body).toMatchObject({
      status: 'RETURNED',
      version: 5,
      settled: true,
    });
  });

  test('refuses an illegal step and changes nothing by it (R0.03)', async () => {
    const server = await startServer();
    const id = await create(server);
    await fire(server, id, 'cancel');
    const before = await server.call('GET', `/orders/${id}`);
    const refused = await fire(server, id, 'cancel');
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({
      type: '/problems/illegal-transition',
      title: 'Invalid transition',
      detail: 'Cannot cancel from CANCELLED',
      from: 'CANCELLED',
      event: 'cancel',
      allowed_events: [],
      instance: `/orders/${id}/cancel`,
    });
    expect((await server.call('GET', `/orders/${id}`)).body).toEqual(before.body);
    expect((await server.call('GET', `/orders/${id}/events`)).body.data).toHaveLength(2);
    expect((await server.call('GET', '/events')).body.data).toHaveLength(2);
  });

  test('keeps the reason, the data and the request of a step (R0.06)', async () => {
    const server = await startServer();
    const id = await create(server);
    const headers = { 'x-request-id': 'req-7' };
    await server.call('POST', `/orders/${id}/cancel`, {
      body: { reason: 'no stock', data: { by: 'hand' } },
      headers,
    });
    const { body } = await server.call('GET', `/orders/${id}/events?order=desc&limit=1`);
    expect(body.data[0]).toMatchObject({
      reason: 'no stock',
      data: { by: 'hand' },
      request_id: 'req-7',
      event: 'cancel',
    });
  });

  test('lets exactly one of many racers take a step (R0.05)', async () => {
    const server = await startServer();
    const id = await create(server);
    const headers = { 'if-match': '1' };
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, at) =>
        server.call('POST', `/orders/${id}/${at % 2 === 0 ? 'pay' : 'cancel'}`, { headers }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(29);
    expect((await server.call('GET', `/orders/${id}`)).body.version).toBe(2);
  });

  test('can be read as it was', async () => {
    const server = await startServer();
    const id = await create(server);
    const paid = await fire(server, id, 'pay');
    await fire(server, id, 'ship');
    const old = await server.call('GET', `/orders/${id}?version=2`);
    expect(old.text).toBe(paid.text);
    expect(old.headers.get('etag')).toBe('"2"');
    expect(
      (await server.call('GET', `/orders/${id}?at=${paid.body.updated_at}`)).body.version,
    ).toBeGreaterThanOrEqual(2);
    for (const [path, detail] of [
      [`${id}?version=9`, `The order ${id} has no version 9.`],
      [`${id}?at=2001-01-01T00:00:00Z`, `The order ${id} did not exist at that time.`],
      ['ord_none?version=1', 'There is no order ord_none.'],
    ] as const) {
      const answer = await server.call('GET', `/orders/${path}`);
      expect(answer).toMatchObject({ status: 404, body: { code: 'order-not-found', detail } });
    }
    expect((await server.call('GET', `/orders/${id}?version=0`)).status).toBe(400);
    expect((await server.call('GET', `/orders/${id}?version=1&at=${paid.body.updated_at}`)).status).toBe(400);
  });
});

describe('checkout', () => {
  test('is created as the contract shows it (R2.02, R2.05)', async () => {
    const server = await startServer({ settings: { defaultWorkflow: 'checkout' } });
    const body = { items: [ITEM], currency: 'EUR', customer_id: 'c-1', metadata: { note: 'ü' } };
    const created = await server.call('POST', '/orders', { body, headers: { 'idempotency-key': 'k-1' } });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      version: 1,
      status: 'CREATED',
      currency: 'EUR',
      amount_total: '19.98',
      items: [{ sku: 'A-1', qty: 2, price: '9.99' }],
      workflow: 'checkout',
      customer_id: 'c-1',
      metadata: { note: 'ü' },
    });
    expect(created.headers.get('location')).toBe(`/orders/${created.body.order_id}`);
    expect(created.headers.get('etag')).toBe('"1"');
    expect(created.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(created.headers.get('idempotency-replayed')).toBeNull();
  });

  test('is moved by its status, under a precondition (R2.01, R2.04)', async () => {
    const server = await startServer();
    const id = await create(server, { workflow: 'checkout' });
    const patch = (status: string, match: string) =>
      server.call('PATCH', `/orders/${id}`, { body: { status }, headers: { 'if-match': match } });
    expect(await patch('PAID', '1')).toMatchObject({ status: 200, body: { status: 'PAID', version: 2 } });
    expect(await patch('FULFILLED', '2')).toMatchObject({ status: 200, body: { version: 3, settled: true } });
    const refused = await patch('PAID', '3');
    expect(refused).toMatchObject({
      status: 422,
      body: { detail: 'Cannot transition from FULFILLED to PAID', to: 'PAID' },
    });
    for (const status of ['FULFILLED', 'NOWHERE']) {
      expect(await patch(status, '3')).toMatchObject({ status: 422, body: { code: 'illegal-transition' } });
    }
  });

  test.each([
    ['JPY', 500, '1000'],
    ['KWD', '1.5', '3.000'],
    ['USD', 0.1, '0.20'],
    ['USD', '999999999999.99', '1999999999999.98'],
  ])('adds up %s %s exactly (R2.05)', async (currency, price, total) => {
    const server = await startServer();
    const { body } = await server.call('POST', '/orders', {
      body: { currency, items: [{ ...ITEM, price }] },
    });
    expect(body.amount_total).toBe(total);
  });

  test.each([
    [{ currency: 'XXY' }, 'currency-unknown'],
    [{ currency: 'usd' }, 'currency-unknown'],
    [{ workflow: 'nothing' }, 'workflow-unknown'],
    [{ currency: 'JPY' }, 'amount-invalid'],
    [{ items: [{ ...ITEM, price: '1.999' }] }, 'amount-invalid'],
  ])('cannot be %j, which is well-formed and wrong (R2.05, R2.06)', async (members, code) => {
    const server = await startServer();
    const refused = await server.call('POST', '/orders', { body: { items: [ITEM], ...members } });
    expect(refused).toMatchObject({ status: 422, body: { code } });
    expect((await server.call('GET', '/orders')).body.data).toEqual([]);
  });
});

describe('approval', () => {
  test('answers 400 in the words of the API that it stands in for (R1.01)', async () => {
    const server = await startServer();
    const id = await create(server, { workflow: 'approval' });
    const refused = await fire(server, id, 'approve');
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({
      status: 400,
      code: 'illegal-transition',
      detail: "Cannot approve order in status 'CREATED'. Must be 'VALIDATED'",
    });
    expect((await fire(server, id, 'validate')).status).toBe(202);
    await server.until(id, 'VALIDATED');
    expect((await fire(server, id, 'approve')).body.status).toBe('APPROVED');
  });

  test('is edited without a precondition, and never in its status (R1.05)', async () => {
    const server = await startServer();
    const id = await create(server, { workflow: 'approval' });
    const fields = { customer_id: 'c-2', currency: 'EUR', items: [{ ...ITEM, qty: 1 }], metadata: { a: 1 } };
    const edited = await server.call('PUT', `/orders/${id}`, { body: fields });
    expect(edited).toMatchObject({
      status: 200,
      body: { ...fields, version: 2, amount_total: '9.99', status: 'CREATED' },
    });
    expect(await server.call('PUT', `/orders/${id}`, { body: fields })).toMatchObject({
      body: { version: 2 },
    });
    for (const extra of [{ status: 'APPROVED' }, { version: 9 }, { tenant: 2 }, { order_id: id }]) {
      const refused = await server.call('PUT', `/orders/${id}`, { body: { ...fields, ...extra } });
      expect(refused).toMatchObject({ status: 400, body: { code: 'validation-failed' } });
      expect(refused.body.errors[0].pointer).toBe(`#/${Object.keys(extra)[0]}`);
    }
    for (const missing of Object.keys(fields)) {
      const body = Object.fromEntries(Object.entries(fields).filter(([name]) => name !== missing));
      expect(await server.call('PUT', `/orders/${id}`, { body })).toMatchObject({ status: 400 });
    }
    await fire(server, id, 'validate');
    await server.until(id, 'VALIDATED');
    const late = await server.call('PUT', `/orders/${id}`, { body: { ...fields, currency: 'USD' } });
    expect(late).toMatchObject({
      status: 422,
      body: { code: 'order-not-editable', editable_states: ['CREATED'] },
    });
  });

  test('is patched as RFC 7396 says: metadata merges, null clears the customer', async () => {
    const server = await startServer();
    const id = await create(server, {
      workflow: 'approval',
      customer_id: 'c',
      metadata: { a: 1, b: { c: 2, d: 3 } },
    });
    const headers = { 'content-type': 'application/merge-patch+json' };
    const body = JSON.stringify({ customer_id: null, metadata: { a: null, b: { c: 4 } } });
    const patched = await server.call('PATCH', `/orders/${id}`, { body, headers });
    expect(patched).toMatchObject({
      status: 200,
      body: { customer_id: null, metadata: { b: { c: 4, d: 3 } }, version: 2 },
    });
    expect(patched.body.metadata).not.toHaveProperty('a');
    expect(await server.call('PATCH', `/orders/${id}`, { body: {} })).toMatchObject({
      status: 200,
      body: { version: 2 },
    });
  });
});

test('a step needs a reason where the workflow says so, and the actions say what is possible', async () => {
  const claims = defineWorkflow({
    name: 'claims',
    initial: 'OPEN',
    states: {
      OPEN: { on: { check: 'CHECKED' } },
      CHECKED: { on: { accept: 'DONE', reject: { to: 'DONE', reason: 'required' } } },
      DONE: { final: true },
    },
  });
  const server = await startServer({ workflows: [claims] });
  const id = await create(server, { workflow: 'claims' });
  await fire(server, id, 'check');
  expect(await fire(server, id, 'reject')).toMatchObject({ status: 422, body: { code: 'reason-required' } });
  const { body } = await server.call('GET', `/orders/${id}/actions`);
  const byEvent = Object.fromEntries(body.data.map((action: { event: string }) => [action.event, action]));
  expect(byEvent['accept']).toEqual({ event: 'accept', to: 'DONE', allowed: true, reasons: [] });
  expect(byEvent['check']).toMatchObject({
    to: null,
    allowed: false,
    reasons: [{ code: 'illegal-transition' }],
  });
  expect(await fire(server, id, 'reject', { reason: 'late' })).toMatchObject({ status: 200 });
});

test.each([
  'GET /orders/ID',
  'GET /orders/ID/events',
  'GET /orders/ID/actions',
  'GET /orders/ID/waiting',
  'POST /orders/ID/review',
  'POST /orders/ID/redrive',
  'POST /orders/ID/pay',
  'PATCH /orders/ID',
])('what is not there is 404, and what cannot be an id is 400: %s (R1.04)', async (line) => {
  const [method = '', path = ''] = line.split(' ');
  const server = await startServer();
  const options = /review|redrive/.test(path) ? { body: { reason: 'why' } } : {};
  const at = (id: string) => server.call(method, path.replace('ID', id), options);
  for (const id of [NO_ORDER, '12', 'x'.repeat(64), 'ord_']) {
    expect(await at(id)).toMatchObject({ status: 404, body: { code: 'order-not-found' } });
  }
  for (const id of ['0', '-1', 'a.b', '%20', 'x'.repeat(65), '%00', '1%27--']) {
    expect(await at(id)).toMatchObject({
      status: 400,
      body: { code: 'validation-failed', errors: [{ in: 'path' }] },
    });
  }
});

test('an event that the workflow does not know is 404 (R2.06)', async () => {
  const server = await startServer();
  const id = await create(server);
  const refused = await fire(server, id, 'fulfill');
  expect(refused).toMatchObject({ status: 404, body: { code: 'event-unknown', workflow: 'retail' } });
  expect(refused.body.known_events).toContain('pay');
});
