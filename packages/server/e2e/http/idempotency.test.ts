import { describe, expect, test } from 'vitest';
import { ITEM, startServer } from './harness.ts';

const body = { items: [ITEM] };
const key = (value: string) => ({ 'idempotency-key': value });

describe('an Idempotency-Key', () => {
  test('makes a creation safe to repeat, quoted or bare, however the body is spelt (R2.03)', async () => {
    const server = await startServer();
    const first = await server.call('POST', '/orders', { body, headers: key('k-1') });
    const spelt = ' { "items" : [ {"price":"9.99", "qty": 2.0, "sku":"\\u0041-1"} ] } ';
    const again = await server.call('POST', '/orders', { body: spelt, headers: key('"k-1"') });
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(again.headers.get('etag')).toBe('"1"');
    expect((await server.call('GET', '/orders')).body.data).toHaveLength(1);
  });

  test('shows the stored answer, not what became of the order since (R2.03)', async () => {
    const server = await startServer();
    const first = await server.call('POST', '/orders', { body, headers: key('k-1') });
    await server.call('POST', `${first.headers.get('location')}/pay`);
    expect((await server.call('POST', '/orders', { body, headers: key('k-1') })).body).toEqual(first.body);
  });

  test('is refused for another body, path or method (R2.03)', async () => {
    const server = await startServer();
    const { body: order } = await server.call('POST', '/orders', { body, headers: key('k-1') });
    const others = [
      server.call('POST', '/orders', { body: { items: [ITEM], currency: 'EUR' }, headers: key('k-1') }),
      server.call('POST', `/orders/${order.order_id}/pay`, { headers: key('k-1') }),
      server.call('PATCH', `/orders/${order.order_id}`, {
        body: { status: 'PAID' },
        headers: { ...key('k-1'), 'if-match': '1' },
      }),
    ];
    for (const other of await Promise.all(others)) {
      expect(other).toMatchObject({ status: 409, body: { code: 'idempotency-key-reused' } });
    }
    expect((await server.call('GET', `/orders/${order.order_id}`)).body.version).toBe(1);
  });

  test('makes a step safe to repeat, also with another If-Match (R0.14)', async () => {
    const server = await startServer();
    const { body: order } = await server.call('POST', '/orders', { body });
    const pay = (match: string) =>
      server.call('POST', `/orders/${order.order_id}/pay`, { headers: { ...key('p-1'), 'if-match': match } });
    const first = await pay('1');
    const again = await pay('7');
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await server.call('GET', `/orders/${order.order_id}/events`)).body.data).toHaveLength(2);
  });

  test('remembers what the order’s rules refused, under whatever status (R0.14)', async () => {
    const server = await startServer();
    const { body: order } = await server.call('POST', '/orders', { body: { ...body, workflow: 'approval' } });
    const approve = () => server.call('POST', `/orders/${order.order_id}/approve`, { headers: key('a-1') });
    const first = await approve();
    expect(first.status).toBe(400);
    await server.call('POST', `/orders/${order.order_id}/validate`);
    await server.until(order.order_id, 'VALIDATED');
    const again = await approve();
    expect(again).toMatchObject({ status: 400, body: { detail: first.body.detail } });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  test('gives the acceptance of work again, also after the work has ended (R0.14, R1.03)', async () => {
    const server = await startServer();
    const { body: order } = await server.call('POST', '/orders', { body: { ...body, workflow: 'approval' } });
    const validate = () => server.call('POST', `/orders/${order.order_id}/validate`, { headers: key('v-1') });
    const first = await validate();
    expect(first).toMatchObject({ status: 202, body: { status: 'CREATED' } });
    expect(first.headers.get('etag')).toBe('"2"');
    await server.until(order.order_id, 'VALIDATED');
    const again = await validate();
    expect(again).toMatchObject({ status: 202, body: first.body });
    expect(['etag', 'idempotency-replayed'].map((name) => again.headers.get(name))).toEqual(['"2"', 'true']);
  });

  test('does not remember a wrong form, an absence or a version conflict', async () => {
    const server = await startServer();
    const { body: order } = await server.call('POST', '/orders', { body });
    expect(await server.call('POST', '/orders', { body: {}, headers: key('x') })).toMatchObject({
      status: 400,
    });
    expect(await server.call('POST', '/orders/12/pay', { headers: key('x') })).toMatchObject({ status: 404 });
    const stale = { ...key('x'), 'if-match': '9' };
    expect(await server.call('POST', `/orders/${order.order_id}/pay`, { headers: stale })).toMatchObject({
      status: 409,
    });
    expect(await server.call('POST', `/orders/${order.order_id}/pay`, { headers: key('x') })).toMatchObject({
      status: 200,
    });
  });

  test('waits for the first call while it runs (R2.03)', async () => {
    const server = await startServer();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => server.call('POST', '/orders', { body, headers: key('k') })),
    );
    expect(new Set(answers.map((answer) => answer.body.order_id)).size).toBe(1);
    expect(answers.filter((answer) => answer.headers.get('idempotency-replayed') === 'true')).toHaveLength(
      19,
    );
  });

  test('belongs to its tenant (R2.03)', async () => {
    const server = await startServer({ settings: { env: 'prod', apiKeys: KEYS } });
    const as = (token: string) => ({ ...key('k'), authorization: `Bearer ${token}` });
    const one = await server.call('POST', '/orders', { body, headers: as('one') });
    const two = await server.call('POST', '/orders', { body, headers: as('two') });
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(one.body.order_id).not.toBe(two.body.order_id);
  });

  test.each(['', '""', 'a b', '"a', 'x'.repeat(256)])('is refused as %j', async (value) => {
    const server = await startServer();
    const refused = await server.call('POST', '/orders', { body, headers: key(value) });
    expect(refused).toMatchObject({
      status: 400,
      body: { errors: [{ in: 'header', pointer: '#/idempotency-key' }] },
    });
  });

  test('can be demanded for creations', async () => {
    const server = await startServer({ settings: { requireIdempotencyKey: true } });
    const refused = await server.call('POST', '/orders', { body });
    expect(refused).toMatchObject({ status: 400, body: { code: 'idempotency-key-required' } });
    expect(refused.headers.get('link')).toContain('rel="describedby"');
    expect((await server.call('POST', '/orders?dry_run=true', { body })).status).toBe(200);
    const created = await server.call('POST', '/orders', { body, headers: key('k') });
    expect((await server.call('POST', `/orders/${created.body.order_id}/pay`)).status).toBe(200);
  });
});

test('a taken external_id is 409 with the order that has it, and is not stored under the key', async () => {
  const server = await startServer();
  const named = { ...body, external_id: 'e-1' };
  const first = await server.call('POST', '/orders', { body: named });
  const refused = await server.call('POST', '/orders', { body: named, headers: key('k') });
  expect(refused).toMatchObject({
    status: 409,
    body: { code: 'external-id-taken', order_id: first.body.order_id, external_id: 'e-1' },
  });
  expect(await server.call('POST', '/orders', { body, headers: key('k') })).toMatchObject({ status: 201 });
});

// SHA-256 of `one` and `two`.
const KEYS = [
  {
    hash: '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed',
    tenant: 'a',
    actor: 'one',
    roles: ['operator'],
  },
  {
    hash: '3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3',
    tenant: 'b',
    actor: 'two',
    roles: ['operator'],
  },
];
