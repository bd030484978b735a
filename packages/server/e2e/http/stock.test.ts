import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { NAME_MAX_CHARS } from '../../src/http/limits.ts';
import { type Harness, ITEM, startServer } from './harness.ts';

const key = (name: string) => ({ 'idempotency-key': name });

const set = (server: Harness, sku: string, on_hand: number) =>
  server.call('PUT', `/stock/${encodeURIComponent(sku)}`, { body: { on_hand } });
const adjust = (server: Harness, sku: string, delta: number, headers: Record<string, string> = {}) =>
  server.call('POST', `/stock/${encodeURIComponent(sku)}/adjust`, {
    body: { delta, reason: 'counted' },
    headers,
  });

async function reserve(server: Harness, sku: string, qty: number): Promise<string> {
  const metadata = { payment: { token: 'tok_slow' } };
  const items = [{ ...ITEM, sku, qty }];
  const { body } = await server.call('POST', '/orders', { body: { workflow: 'preorder', items, metadata } });
  expect(body.status).toBe('RESERVED');
  return body.order_id;
}

test('stock is set, adjusted and read, with what orders have reserved (R3.01)', async () => {
  const server = await startServer();
  const made = await set(server, 'A-1', 5);
  expect(made).toMatchObject({
    status: 200,
    body: { sku: 'A-1', on_hand: 5, reserved: 0, available: 5, version: 1 },
  });
  expect(await adjust(server, 'A-1', -2)).toMatchObject({
    status: 200,
    body: { on_hand: 3, available: 3, version: 2 },
  });
  const id = await reserve(server, 'A-1', 2);
  expect(await server.call('GET', '/stock/A-1')).toMatchObject({
    status: 200,
    body: { sku: 'A-1', on_hand: 3, reserved: 2, available: 1, version: 3 },
  });
  const { body } = await server.call('GET', '/stock/A-1/movements');
  expect(body).toMatchObject({
    data: [
      { kind: 'reserve', on_hand: 0, reserved: 2, order_id: id, reason: null, actor: { kind: 'system' } },
      { kind: 'adjust', on_hand: -2, reserved: 0, order_id: null, reason: 'counted', actor: { id: 'local' } },
      { kind: 'set', on_hand: 5, reserved: 0, order_id: null, reason: null },
    ],
    next_cursor: null,
  });
});

test('the same number again moves nothing', async () => {
  const server = await startServer();
  await set(server, 'A-1', 5);
  expect(await set(server, 'A-1', 5)).toMatchObject({ status: 200, body: { version: 1 } });
  expect((await server.call('GET', '/stock/A-1/movements')).body.data).toHaveLength(1);
});

test('stock never falls below what is reserved, nor leaves its range', async () => {
  const server = await startServer();
  await set(server, 'A-1', 5);
  await reserve(server, 'A-1', 3);
  for (const refused of [await set(server, 'A-1', 2), await adjust(server, 'A-1', -3)]) {
    expect(refused).toMatchObject({ status: 422, body: { code: 'stock-below-reserved', reserved: 3 } });
  }
  expect(await adjust(server, 'B-2', -1)).toMatchObject({
    status: 422,
    body: { code: 'stock-out-of-range', sku: 'B-2' },
  });
  await set(server, 'C-3', 1_000_000_000_000);
  for (const beyond of [
    await adjust(server, 'C-3', 1),
    await adjust(server, 'C-3', Number.MAX_SAFE_INTEGER),
    await adjust(server, 'C-3', -Number.MAX_SAFE_INTEGER),
    await set(server, 'C-3', 1_000_000_000_001),
    await set(server, 'D-4', Number.MAX_SAFE_INTEGER),
  ]) {
    expect(beyond).toMatchObject({ status: 422, body: { code: 'stock-out-of-range' } });
  }
  expect((await server.call('GET', '/stock')).body.data).toMatchObject([
    { sku: 'A-1', on_hand: 5 },
    { sku: 'C-3', on_hand: 1_000_000_000_000 },
  ]);
});

test('an adjustment is made once for its key, and the key is for no other', async () => {
  const server = await startServer();
  await set(server, 'A-1', 5);
  const first = await adjust(server, 'A-1', 3, key('k'));
  const again = await adjust(server, 'A-1', 3, key('"k"'));
  expect(again).toMatchObject({ status: 200, body: first.body });
  expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
  for (const other of [await adjust(server, 'A-1', 4, key('k')), await adjust(server, 'B-2', 3, key('k'))]) {
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency-key-reused' } });
  }
  expect((await server.call('GET', '/stock/A-1')).body.on_hand).toBe(8);
});

test('a SKU may have any characters, percent-encoded, up to 128', async () => {
  const server = await startServer();
  for (const sku of ['a/b', 'ü 1', '100%', '%2F', 'movements', '漢'.repeat(128), 'x'.repeat(128)]) {
    expect([sku, await set(server, sku, 1)]).toMatchObject([sku, { status: 200, body: { sku } }]);
    const read = await server.call('GET', `/stock/${encodeURIComponent(sku)}`);
    expect([sku, read]).toMatchObject([sku, { status: 200, body: { sku } }]);
  }
  for (const sku of ['x'.repeat(129), 'a\u0000b']) {
    expect(await set(server, sku, 1)).toMatchObject({ status: 400, body: { errors: [{ in: 'path' }] } });
  }
});

test.each([
  ['on_hand', {}],
  ['on_hand', { on_hand: -1 }],
  ['on_hand', { on_hand: 1.5 }],
  ['on_hand', { on_hand: '5' }],
  ['on_hand', { on_hand: Number.MAX_SAFE_INTEGER + 1 }],
  ['reserved', { on_hand: 1, reserved: 1 }],
])('a wrong %s is told by its place: %j', async (name, body) => {
  const server = await startServer();
  expect(await server.call('PUT', '/stock/A-1', { body })).toMatchObject({
    status: 400,
    body: { code: 'validation-failed', errors: [{ in: 'body', pointer: `#/${name}` }] },
  });
});

test.each([
  ['delta', { reason: 'x' }],
  ['delta', { delta: 0, reason: 'x' }],
  ['delta', { delta: 1.5, reason: 'x' }],
  ['delta', { delta: Number.MAX_SAFE_INTEGER + 1, reason: 'x' }],
  ['delta', { delta: -Number.MAX_SAFE_INTEGER - 1, reason: 'x' }],
  ['reason', { delta: 1 }],
  ['reason', { delta: 1, reason: '' }],
])('a wrong %s of an adjustment is told by its place: %j', async (name, body) => {
  const server = await startServer();
  expect(await server.call('POST', '/stock/A-1/adjust', { body })).toMatchObject({
    status: 400,
    body: { errors: [{ in: 'body', pointer: `#/${name}` }] },
  });
});

test('what was never in stock is not there, and dry runs are for orders alone', async () => {
  const server = await startServer();
  for (const path of ['/stock/none', '/stock/none/movements']) {
    expect(await server.call('GET', path)).toMatchObject({ status: 404, body: { code: 'stock-not-found' } });
  }
  expect(await server.call('PUT', '/stock/none?dry_run=true', { body: { on_hand: 1 } })).toMatchObject({
    status: 400,
    body: { errors: [{ in: 'query', pointer: '#/dry_run' }] },
  });
  expect((await server.call('GET', '/stock/none')).status).toBe(404);
});

test('stock and its movements are read page by page', async () => {
  const server = await startServer();
  for (const sku of ['c', 'a', 'b']) await set(server, sku, 1);
  for (const delta of [1, 2, 3]) await adjust(server, 'a', delta);
  const skus = (body: { data: { sku: string }[] }) => body.data.map(({ sku }) => sku);
  const first = await server.call('GET', '/stock?limit=2');
  expect(skus(first.body)).toEqual(['a', 'b']);
  const { next_cursor: cursor } = first.body;
  expect(skus((await server.call('GET', `/stock?limit=2&cursor=${cursor}`)).body)).toEqual(['c']);
  expect(skus((await server.call('GET', '/stock?offset=1')).body)).toEqual(['b', 'c']);
  expect(skus((await server.call('GET', '/stock?offset=3')).body)).toEqual([]);
  const newest = await server.call('GET', '/stock/a/movements?limit=3');
  expect(newest.body.data.map(({ on_hand }: { on_hand: number }) => on_hand)).toEqual([3, 2, 1]);
  const older = await server.call('GET', `/stock/a/movements?cursor=${newest.body.next_cursor}`);
  expect(older.body).toMatchObject({ data: [{ kind: 'set' }], next_cursor: null });
  // A cursor is of one list only.
  expect((await server.call('GET', `/stock/b/movements?cursor=${newest.body.next_cursor}`)).status).toBe(400);
  expect((await server.call('GET', `/orders?cursor=${cursor}`)).status).toBe(400);
});

test('a page that ends with the longest SKU has a next one', async () => {
  const server = await startServer();
  const longest = '😀'.repeat(NAME_MAX_CHARS);
  for (const sku of [longest, '😁']) await set(server, sku, 1);
  const first = await server.call('GET', '/stock?limit=1');
  expect(first.body.data).toMatchObject([{ sku: longest }]);
  expect(await server.call('GET', `/stock?limit=1&cursor=${first.body.next_cursor}`)).toMatchObject({
    status: 200,
    body: { data: [{ sku: '😁' }], next_cursor: null },
  });
});

test('the stock of another tenant is none of yours (R2.13)', async () => {
  const keyOf = (token: string, tenant: string) => ({
    hash: createHash('sha256').update(token).digest('hex'),
    tenant,
    actor: token,
    roles: ['operator'],
  });
  const server = await startServer({
    settings: { env: 'prod', apiKeys: [keyOf('ann', 'shop'), keyOf('eve', 'other')] },
  });
  const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
  await server.call('PUT', '/stock/A-1', { body: { on_hand: 5 }, ...as('ann') });
  expect((await server.call('GET', '/stock', as('eve'))).body.data).toEqual([]);
  expect((await server.call('GET', '/stock/A-1', as('eve'))).status).toBe(404);
  expect(await server.call('PUT', '/stock/A-1', { body: { on_hand: 9 }, ...as('eve') })).toMatchObject({
    body: { on_hand: 9, version: 1 },
  });
  expect((await server.call('GET', '/stock/A-1', as('ann'))).body.on_hand).toBe(5);
});
