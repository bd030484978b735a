import { expect, test } from 'vitest';
import { REDRIVE_MAX } from '../../src/http/limits.ts';
import { type Harness, ITEM } from './harness.ts';
import { startShop } from './printing.ts';

/** A preorder that the bank has declined. */
async function declined(server: Harness): Promise<string> {
  await server.call('PUT', `/stock/${ITEM.sku}`, { body: { on_hand: 100 } });
  const metadata = { payment: { token: 'tok_declined' } };
  const { body } = await server.call('POST', '/orders', {
    body: { workflow: 'preorder', items: [ITEM], metadata },
  });
  await server.until(body.order_id, 'FAILED');
  return body.order_id;
}

/** Preorders that fail at once, as there is no stock of what they want. */
async function failing(server: Harness, count: number): Promise<readonly string[]> {
  const create = { op: 'create', workflow: 'preorder', items: [ITEM] };
  const { body } = await server.call('POST', '/orders/bulk', {
    body: { operations: Array.from({ length: count }, () => create) },
  });
  return body.results.map(({ order }: { order: { order_id: string } }) => order.order_id);
}

const list = async (server: Harness, query = '') => (await server.call('GET', `/dead-letters${query}`)).body;

test('dead letters are orders with a dead task, and failed ones that nobody has looked at (R3.04)', async () => {
  const shop = await startShop();
  const failed = await declined(shop);
  const dead = await shop.create('strict');
  for (const reason of ['one', 'two']) {
    const task = await shop.take('job.do');
    await shop.tell(task, 'fail', { token: task.token, reason, retry: true, retry_after_s: 0 });
  }
  await shop.create('retail');
  const { data, next_cursor } = await list(shop);
  expect(next_cursor).toBeNull();
  expect(data).toMatchObject([
    {
      order: { order_id: failed, status: 'FAILED', settled: true, blocked: false },
      awaits_review: true,
      redrive: 'SUBMITTED',
      dead_tasks: [],
    },
    {
      order: { order_id: dead, blocked: true },
      awaits_review: false,
      redrive: null,
      dead_tasks: [
        {
          task_id: `${dead}:1:0`,
          task: 'job.do',
          attempts: 2,
          failures: [
            { attempt: 1, error: 'one' },
            { attempt: 2, error: 'two' },
          ],
        },
      ],
    },
  ]);
  expect((await list(shop, '?workflow=preorder')).data).toHaveLength(1);
  expect((await list(shop, '?status=WORKING')).data).toMatchObject([{ order: { order_id: dead } }]);
  const first = await list(shop, '?limit=1');
  expect(first.data).toMatchObject([{ order: { order_id: failed } }]);
  expect((await list(shop, `?limit=1&cursor=${first.next_cursor}`)).data).toMatchObject([
    { order: { order_id: dead } },
  ]);
});

test('a review takes an order off the list, once', async () => {
  const shop = await startShop();
  const id = await declined(shop);
  const review = (headers: Record<string, string> = {}) =>
    shop.call('POST', `/orders/${id}/review`, { body: { reason: 'called them' }, headers });
  const reviewed = await review({ 'idempotency-key': 'k' });
  expect(reviewed).toMatchObject({ status: 200, body: { order_id: id, status: 'FAILED', settled: true } });
  expect(reviewed.headers.get('etag')).toBe(`"${reviewed.body.version}"`);
  expect((await list(shop)).data).toEqual([]);
  expect(await review({ 'idempotency-key': 'k' })).toMatchObject({ status: 200, body: reviewed.body });
  expect(await review()).toMatchObject({
    status: 422,
    body: { code: 'review-not-due', status_of_order: 'FAILED', settled: true },
  });
  const { body } = await shop.call('GET', `/orders/${id}/events?order=desc&limit=1`);
  expect(body.data[0]).toMatchObject({
    type: 'reviewed',
    from: 'FAILED',
    to: 'FAILED',
    reason: 'called them',
  });
});

test('a redrive starts a new run, whose tasks have effect keys of their own (R3.04)', async () => {
  const shop = await startShop();
  const id = await declined(shop);
  const path = `/orders/${id}/redrive`;
  const body = { reason: 'another card' };
  const charge = (await shop.call('GET', `/orders/${id}/events`)).body.data.find(
    ({ task }: { task: string }) => task === 'payment.charge',
  );
  const tried = await shop.call('POST', `${path}?dry_run=true`, { body });
  expect(tried).toMatchObject({
    status: 200,
    body: {
      allowed: true,
      order: { status: 'RESERVED' },
      events: [{ type: 'redriven', from: 'FAILED', to: 'SUBMITTED' }, {}, { to: 'RESERVED' }],
      stock: [{ kind: 'reserve', sku: ITEM.sku, qty: ITEM.qty }],
      compensation: [],
    },
  });
  expect(tried.body.work.map(({ task }: { task: string }) => task)).toEqual([
    'stock.check',
    'stock.reserve',
    'payment.charge',
  ]);
  const again = await shop.call('POST', path, { body });
  expect(again).toMatchObject({ status: 200, body: { status: 'RESERVED', settled: false } });
  await shop.until(id, 'FAILED');
  const { data } = (await shop.call('GET', `/orders/${id}/events`)).body;
  const charges = data
    .filter(({ task }: { task: string }) => task === 'payment.charge')
    .map((entry: { data: { task_id: string } }) => entry.data.task_id);
  expect(charges).toHaveLength(2);
  expect(new Set(charges).size).toBe(2);
  expect(charges[0]).toBe(charge.data.task_id);
  expect((await shop.call('GET', `/stock/${ITEM.sku}`)).body).toMatchObject({ reserved: 0 });
});

test('what cannot be redriven says why', async () => {
  const shop = await startShop();
  const retail = await shop.create('retail');
  const body = { reason: 'again' };
  expect(await shop.call('POST', `/orders/${retail}/redrive`, { body })).toMatchObject({
    status: 422,
    body: { code: 'redrive-not-possible', status_of_order: 'CREATED' },
  });
  const tried = await shop.call('POST', `/orders/${retail}/redrive?dry_run=true`, { body });
  expect(tried).toMatchObject({
    status: 200,
    body: { allowed: false, problem: { code: 'redrive-not-possible' } },
  });
  expect(await shop.call('POST', `/orders/${retail}/redrive`, { body: {} })).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '#/reason' }] },
  });
});

test('many are redriven by one call, once for its key', async () => {
  const shop = await startShop();
  const ids = [await declined(shop), await declined(shop)];
  const dropped = await shop.create('printing', 'drop');
  const redrive = (body: object, headers: Record<string, string> = {}) =>
    shop.call('POST', '/dead-letters/redrive', { body, headers });
  expect(await redrive({ filter: { workflow: 'nothing' } })).toMatchObject({
    status: 200,
    body: { redriven: 0, refused: [], more: false, next_cursor: null },
  });
  const body = { filter: { workflow: 'preorder', status: 'FAILED' }, reason: 'the bank is back' };
  const first = await redrive(body, { 'idempotency-key': 'k' });
  expect(first).toMatchObject({
    status: 200,
    body: { redriven: 2, refused: [], more: false, next_cursor: null },
  });
  for (const id of ids) await shop.until(id, 'FAILED');
  const again = await redrive(body, { 'idempotency-key': 'k' });
  expect(again).toMatchObject({ status: 200, body: first.body });
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  for (const id of ids) {
    const { data } = (await shop.call('GET', `/orders/${id}/events?limit=100`)).body;
    const redriven = data.filter(({ type }: { type: string }) => type === 'redriven');
    expect(redriven).toMatchObject([{ reason: 'the bank is back' }]);
  }
  expect((await list(shop, '?workflow=printing')).data).toMatchObject([{ order: { order_id: dropped } }]);
  for (const wrong of [{}, { filter: { state: 'FAILED' } }, { filter: {}, all: true }]) {
    expect([wrong, (await redrive(wrong)).status]).toEqual([wrong, 400]);
  }
});

test('a redrive goes on behind its cursor, although those before it have failed again', async () => {
  const shop = await startShop();
  const ids = [...(await failing(shop, REDRIVE_MAX)), ...(await failing(shop, 2))];
  const redrive = (body: object, key: string) =>
    shop.call('POST', '/dead-letters/redrive', { body, headers: { 'idempotency-key': key } });
  const filter = { workflow: 'preorder' };
  const first = await redrive({ filter }, 'first');
  expect(first).toMatchObject({
    status: 200,
    body: { redriven: REDRIVE_MAX, refused: [], more: true, next_cursor: expect.any(String) },
  });
  const rest = { filter, cursor: first.body.next_cursor };
  const second = await redrive(rest, 'second');
  expect(second).toMatchObject({
    status: 200,
    body: { redriven: 2, refused: [], more: false, next_cursor: null },
  });
  expect(await redrive({ filter }, 'first')).toMatchObject({ status: 200, body: first.body });
  expect(await redrive(rest, 'second')).toMatchObject({ status: 200, body: second.body });
  expect(await redrive(rest, 'first')).toMatchObject({
    status: 409,
    body: { code: 'idempotency-key-reused' },
  });
  for (const id of [ids.at(0), ids.at(REDRIVE_MAX - 1), ids.at(REDRIVE_MAX), ids.at(-1)]) {
    const { data } = (await shop.call('GET', `/orders/${id}/events`)).body;
    expect(data.filter(({ type }: { type: string }) => type === 'redriven')).toHaveLength(1);
  }
  const listed = (await list(shop, '?limit=1&workflow=preorder')).next_cursor;
  for (const [key, wrong] of [
    ['other-filter', { filter: {}, cursor: rest.cursor }],
    ['other-list', { filter, cursor: listed }],
    ['changed', { filter, cursor: `${rest.cursor}A` }],
    ['empty', { filter, cursor: '' }],
  ] as const) {
    expect([key, await redrive(wrong, key)]).toMatchObject([
      key,
      { status: 400, body: { code: 'validation-failed', errors: [{ in: 'body', pointer: '#/cursor' }] } },
    ]);
  }
});
