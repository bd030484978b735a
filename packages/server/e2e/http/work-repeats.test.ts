import type { Observe } from 'pawl';
import { expect, test } from 'vitest';
import { ITEM } from './harness.ts';
import { startShop } from './printing.ts';

test('a heartbeat never shortens a lease, and the answer says what the lease is then', async () => {
  const shop = await startShop();
  await shop.create('strict');
  const task = await shop.take('job.do', 600);
  const before = await shop.call('GET', `/tasks/${encodeURIComponent(task.task_id)}`);
  const beat = await shop.tell(task, 'heartbeat', { token: task.token });
  expect(beat.status).toBe(200);
  expect(Date.parse(beat.body.lease_until)).toBeGreaterThanOrEqual(Date.parse(before.body.lease_until));
});

test('a refused adjustment is refused again under its key, whatever there is by then', async () => {
  const shop = await startShop();
  await shop.call('PUT', '/stock/A-1', { body: { on_hand: 10 } });
  const adjust = () =>
    shop.call('POST', '/stock/A-1/adjust', {
      body: { delta: -30, reason: 'lost' },
      headers: { 'idempotency-key': 'k3' },
    });
  const first = await adjust();
  expect(first.status).toBe(422);
  await shop.call('PUT', '/stock/A-1', { body: { on_hand: 100 } });
  const again = await adjust();
  expect([again.status, again.body.code, again.headers.get('idempotency-replayed')]).toEqual([
    422,
    first.body.code,
    'true',
  ]);
  expect((await shop.call('GET', '/stock/A-1')).body.on_hand).toBe(100);
});

test('a dead task says why: in the task, in what its order waits for, and among the dead letters', async () => {
  const shop = await startShop();
  const order = await shop.create('strict');
  const task = await shop.take('job.do');
  await shop.tell(task, 'fail', { token: task.token, reason: 'no way' });
  const failures = [{ attempt: 1, error: 'no way' }];
  expect((await shop.call('GET', `/tasks/${encodeURIComponent(task.task_id)}`)).body).toMatchObject({
    failures,
  });
  expect((await shop.call('GET', `/orders/${order}/waiting`)).body.waits_for).toMatchObject([
    { status: 'dead', last_error: 'no way' },
  ]);
  expect((await shop.call('GET', '/dead-letters')).body.data).toMatchObject([{ dead_tasks: [{ failures }] }]);
});

test('one key redrives each dead letter once, also when the call is made twice at the same time', async () => {
  const shop = await startShop();
  const { body } = await shop.call('POST', '/orders', { body: { workflow: 'preorder', items: [ITEM] } });
  expect(body.status).toBe('FAILED');
  const redrive = () =>
    shop.call('POST', '/dead-letters/redrive', {
      body: { filter: { workflow: 'preorder' } },
      headers: { 'idempotency-key': 'two' },
    });
  const answers = await Promise.all([redrive(), redrive(), redrive()]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  const trail = await shop.call('GET', `/orders/${body.order_id}/events`);
  const types = trail.body.data.map(({ type }: { type: string }) => type);
  expect(types.filter((type: string) => type === 'redriven')).toHaveLength(1);
});

test('each call with a key is told as hit or miss once, whatever it is about', async () => {
  const told: string[] = [];
  const observe: Observe = (one) => void (one.kind === 'idempotency' && told.push(one.result));
  const shop = await startShop({ pawl: { observe } });
  let keys = 0;
  const twice = async (path: string, body: object) => {
    const headers = { 'idempotency-key': `k-${keys++}` };
    for (const _ of [1, 2]) expect((await shop.call('POST', path, { body, headers })).status).toBe(200);
    return told.splice(0);
  };
  for (const _ of [1, 2])
    await shop.call('POST', '/orders', { body: { workflow: 'preorder', items: [ITEM] } });
  await shop.create('printing', 'print');
  const id = await shop.create('strict');
  await shop.take('job.do');
  const both = ['miss', 'hit'];
  expect(await twice('/stock/A-2/adjust', { delta: 1, reason: 'found' })).toEqual(both);
  expect(await twice('/tasks/claim', { tasks: ['label.print'] })).toEqual(both);
  expect(await twice(`/tasks/${id}:1:0/heartbeat`, { token: 1 })).toEqual(both);
  expect(await twice(`/tasks/${id}:1:0/fail`, { token: 1, reason: 'x', retry: true })).toEqual(both);
  expect(await twice('/dead-letters/redrive', { filter: { workflow: 'preorder' } })).toEqual(both);
});

test('reviews and redrives heed If-Match', async () => {
  const shop = await startShop();
  const { body } = await shop.call('POST', '/orders', { body: { workflow: 'preorder', items: [ITEM] } });
  for (const what of ['review', 'redrive']) {
    const path = `/orders/${body.order_id}/${what}`;
    const send = (match: string) =>
      shop.call('POST', path, { body: { reason: 'x' }, headers: { 'if-match': match } });
    expect((await send('1')).body).toMatchObject({ status: 409, code: 'version-conflict' });
    expect((await send('"1"')).body).toMatchObject({ status: 412, code: 'precondition-failed' });
  }
  const path = `/orders/${body.order_id}/review`;
  const match = { 'if-match': String(body.version) };
  expect((await shop.call('POST', path, { body: { reason: 'x' }, headers: match })).status).toBe(200);
});

test('an attempt that was never made is not counted', async () => {
  const shop = await startShop();
  const order = await shop.create('strict');
  for (let attempt = 1; attempt <= 2; attempt++) {
    await shop.take('job.do', 1);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
  }
  expect(await shop.claim('job.do')).toEqual([]);
  const { body } = await shop.call('GET', `/orders/${order}/waiting`);
  expect(body.waits_for[0]).toMatchObject({ status: 'dead', attempts: 2 });
});
