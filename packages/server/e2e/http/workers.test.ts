import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ITEM } from './harness.ts';
import { startShop } from './printing.ts';

const NOBODY = 'ord_01jd3m8k2yfw8sx2q0tr5v9c1n:2:0';

describe('an outside worker', () => {
  test('claims a task with all that it needs, and completes it', async () => {
    const shop = await startShop();
    const id = await shop.create('printing', 'print');
    const { body } = await shop.call('POST', '/tasks/claim', {
      body: { tasks: ['label.print', 'queue:none'], lease_s: 60 },
    });
    expect(body).toEqual({
      data: [
        {
          task_id: `${id}:2:0`,
          task: 'label.print',
          order_id: id,
          attempt: 1,
          token: 1,
          lease_until: expect.stringMatching(/^\d{4}-.*Z$/),
          input: {},
          effect_key: `${id}:2:0`,
          undoes: null,
          order: expect.objectContaining({ order_id: id, status: 'PRINTING', version: 2 }),
        },
      ],
    });
    const [task] = body.data;
    expect(Date.parse(task.lease_until) - Date.now()).toBeGreaterThan(50_000);
    expect(await shop.claim('label.print')).toEqual([]);
    const ended = await shop.tell(task, 'complete', { token: 1, data: { label: 'L-7' } });
    expect(ended).toMatchObject({
      status: 200,
      body: { task_id: task.task_id, status: 'done', order_id: id, order_status: 'PRINTING', version: 3 },
    });
    const { body: trail } = await shop.call('GET', `/orders/${id}/events?order=desc&limit=1`);
    expect(trail.data[0]).toMatchObject({
      type: 'work_ended',
      task: 'label.print',
      from: 'PRINTING',
      to: 'PRINTING',
      actor: { id: 'local', kind: 'local' },
      data: { task_id: task.task_id, outcome: 'done', attempts: 1, result: { label: 'L-7' } },
    });
    const sent = await shop.take('parcel.send');
    expect(await shop.tell(sent, 'complete', { token: sent.token })).toMatchObject({
      body: { status: 'done', order_status: 'SENT', version: 4 },
    });
  });

  test('is answered alike for the same end again, also after the task has finished', async () => {
    const shop = await startShop();
    await shop.create('printing', 'print');
    const task = await shop.take('label.print');
    const first = await shop.tell(task, 'complete', { token: 1, data: { label: 'L-7' } });
    const again = await shop.tell(task, 'complete', { token: 1, data: { label: 'L-7' } });
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(await shop.tell(task, 'fail', { token: 1, reason: 'no' })).toMatchObject({
      status: 409,
      body: { code: 'lease-lost' },
    });
  });

  test('that was superseded is refused, whatever it says', async () => {
    const shop = await startShop();
    await shop.create('printing', 'print');
    const late = await shop.take('label.print', 1);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    const task = await shop.take('label.print');
    expect(task).toMatchObject({ task_id: late.task_id, attempt: 2, token: 2 });
    for (const [what, body] of [
      ['complete', {}],
      ['fail', { reason: 'x' }],
      ['fail', { reason: 'x', retry: true }],
      ['heartbeat', {}],
    ] as const) {
      const refused = await shop.tell(late, what, { token: 1, ...body });
      expect([what, refused]).toMatchObject([what, { status: 409, body: { code: 'lease-lost' } }]);
    }
    expect((await shop.tell(task, 'complete', { token: 2 })).status).toBe(200);
    // Also once the task has ended by another's word.
    for (const [what, body] of [
      ['complete', {}],
      ['fail', { reason: 'x' }],
      ['fail', { reason: 'x', retry: true }],
      ['heartbeat', {}],
    ] as const) {
      const refused = await shop.tell(late, what, { token: 1, ...body });
      expect([what, refused]).toMatchObject([what, { status: 409, body: { code: 'lease-lost' } }]);
    }
  });

  test('keeps a task for longer by heartbeats', async () => {
    const shop = await startShop();
    await shop.create('printing', 'print');
    const task = await shop.take('label.print', 1);
    const kept = await shop.tell(task, 'heartbeat', { token: 1, lease_s: 100 });
    expect(kept).toMatchObject({ status: 200, body: { task_id: task.task_id } });
    expect(Date.parse(kept.body.lease_until) - Date.now()).toBeGreaterThan(90_000);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect(await shop.claim('label.print')).toEqual([]);
  });

  test('gives a task back for another attempt, until the last has failed', async () => {
    const shop = await startShop();
    const id = await shop.create('printing', 'print');
    const statuses: string[] = [];
    for (const attempt of [1, 2, 3]) {
      const task = await shop.take('label.print');
      expect(task.attempt).toBe(attempt);
      const body = { token: task.token, reason: `jam ${attempt}`, retry: true, retry_after_s: 0 };
      const told = await shop.tell(task, 'fail', body);
      expect(told.status).toBe(200);
      statuses.push(told.body.status);
    }
    expect(statuses.slice(0, 2).every((status) => ['ready', 'waiting'].includes(status))).toBe(true);
    expect(statuses[2]).toBe('failed');
    const ended = await shop.call('GET', `/tasks/${id}:2:0`);
    expect(ended).toMatchObject({
      status: 200,
      body: { status: 'failed', attempts: 3, ended_by: { reason: 'jam 3' }, version: 3 },
    });
    expect(ended.body.failures.map(({ error }: { error: string }) => error)).toEqual([
      'jam 1',
      'jam 2',
      'jam 3',
    ]);
    expect((await shop.call('GET', `/orders/${id}`)).body.status).toBe('DROPPED');
  });

  test('that puts an attempt off is waited for', async () => {
    const shop = await startShop();
    const id = await shop.create('printing', 'print');
    const task = await shop.take('label.print');
    const body = { token: 1, reason: 'no paper', retry: true, retry_after_s: 3_600 };
    expect(await shop.tell(task, 'fail', body)).toMatchObject({ body: { status: 'waiting', version: 2 } });
    // Told again because the answer was lost.
    expect(await shop.tell(task, 'fail', body)).toMatchObject({ body: { status: 'waiting' } });
    const { body: waiting } = await shop.call('GET', `/orders/${id}/waiting`);
    expect(waiting).toMatchObject({
      settled: false,
      blocked: false,
      waits_for: [
        {
          kind: 'task',
          task_id: task.task_id,
          status: 'waiting',
          attempts: 1,
          attempts_max: 3,
          last_error: 'no paper',
        },
        { kind: 'event', event: 'drop', to: ['DROPPED'], roles: [] },
      ],
    });
    const next = Date.parse(waiting.waits_for[0].next_attempt_at);
    expect(next - Date.now()).toBeGreaterThan(3_500_000);
  });

  test('whose order has moved on is told so, and what it did is taken back', async () => {
    const shop = await startShop();
    const id = await shop.create('printing', 'print');
    const task = await shop.take('label.print');
    await shop.call('POST', `/orders/${id}/drop`);
    expect(await shop.tell(task, 'complete', { token: 1, data: { label: 'L-7' } })).toMatchObject({
      status: 200,
      body: { status: 'late', order_status: 'DROPPED' },
    });
    const [undo] = (await shop.call('POST', '/tasks/claim', { body: { tasks: ['label.void'] } })).body.data;
    expect(undo).toMatchObject({
      task_id: `${id}:2:0:undo`,
      undoes: `${id}:2:0`,
      input: { label: 'L-7' },
    });
    expect(await shop.tell(undo, 'complete', { token: 1 })).toMatchObject({ body: { status: 'done' } });
    const { body } = await shop.call('GET', `/orders/${id}/events?order=desc&limit=1`);
    expect(body.data[0]).toMatchObject({ type: 'compensated', task: 'label.void' });
  });

  test('gets nothing that the server carries out itself', async () => {
    const shop = await startShop();
    for (const task of ['payment.charge', 'notify', 'stock.reserve']) {
      const refused = await shop.call('POST', '/tasks/claim', { body: { tasks: ['label.print', task] } });
      expect(refused).toMatchObject({ status: 422, body: { code: 'task-not-claimable', task } });
    }
  });
});

describe('an idempotency key', () => {
  const headers = { 'idempotency-key': 'k' };

  test('gives the tasks of a claim again', async () => {
    const shop = await startShop();
    await shop.create('printing', 'print');
    await shop.create('printing', 'print');
    const claim = (limit: number) =>
      shop.call('POST', '/tasks/claim', { body: { tasks: ['label.print'], limit }, headers });
    const first = await claim(1);
    const again = await claim(1);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await claim(2)).toMatchObject({ status: 409, body: { code: 'idempotency-key-reused' } });
    expect(await shop.claim('label.print')).toHaveLength(1);
  });

  test.each([
    ['heartbeat', { token: 1, lease_s: 60 }],
    ['complete', { token: 1, data: { label: 'L-7' } }],
    ['fail', { token: 1, reason: 'jam' }],
    ['fail', { token: 1, reason: 'jam', retry: true, retry_after_s: 60 }],
  ])('makes %s safe to repeat: %j', async (what, body) => {
    const shop = await startShop();
    await shop.create('printing', 'print');
    const { task_id: id } = await shop.take('label.print');
    const tell = (sent: object) => shop.call('POST', `/tasks/${id}/${what}`, { body: sent, headers });
    const first = await tell(body);
    expect(first.status).toBe(200);
    const again = await tell(body);
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await tell({ ...body, token: 2 })).toMatchObject({
      status: 409,
      body: { code: 'idempotency-key-reused' },
    });
  });
});

test.each([
  '0',
  'ord_1:2:0',
  `${NOBODY}:x`,
  'ord_01jd3m8k2yfw8sx2q0tr5v9c1n',
  '%00',
  NOBODY,
  `${NOBODY}~mail:undo`,
])('what names no task is 404: %s', async (id) => {
  const shop = await startShop();
  for (const [method, path, body] of [
    ['GET', `/tasks/${id}`, undefined],
    ['POST', `/tasks/${id}/retry`, {}],
    ['POST', `/tasks/${id}/retry?dry_run=true`, {}],
    ['POST', `/tasks/${id}/resolve`, { outcome: 'done', reason: 'x' }],
    ['POST', `/tasks/${id}/heartbeat`, { token: 1 }],
    ['POST', `/tasks/${id}/complete`, { token: 1 }],
    ['POST', `/tasks/${id}/fail`, { token: 1, reason: 'x' }],
    ['POST', `/tasks/${id}/fail`, { token: 1, reason: 'x', retry: true }],
  ] as const) {
    const answer = await shop.call(method, path, body === undefined ? {} : { body });
    expect([path, answer]).toMatchObject([path, { status: 404, body: { code: 'task-not-found' } }]);
  }
});

test.each([
  ['claim', '#/tasks', {}],
  ['claim', '#/tasks', { tasks: [] }],
  ['claim', '#/tasks', { tasks: ['a', 'a'] }],
  ['claim', '#/tasks', { tasks: Array.from({ length: 21 }, (_, at) => `t${at}`) }],
  ['claim', '#/tasks/0', { tasks: ['Label Print'] }],
  ['claim', '#/limit', { tasks: ['a'], limit: 101 }],
  ['claim', '#/lease_s', { tasks: ['a'], lease_s: 0 }],
  ['claim', '#/lease_s', { tasks: ['a'], lease_s: 3_601 }],
  [`${NOBODY}/heartbeat`, '#/token', { lease_s: 5 }],
  [`${NOBODY}/complete`, '#/token', { token: '1' }],
  [`${NOBODY}/complete`, '#/data', { token: 1, data: { text: 'x'.repeat(17_000) } }],
  [`${NOBODY}/fail`, '#/reason', { token: 1 }],
  [`${NOBODY}/fail`, '#', { token: 1, reason: 'x', retry_after_s: 5 }],
  [`${NOBODY}/resolve`, '#/outcome', { outcome: 'late', reason: 'x' }],
  [`${NOBODY}/resolve`, '#/reason', { outcome: 'done' }],
])('a wrong form is told by its place: %s, %s', async (path, pointer, body) => {
  const shop = await startShop();
  expect(await shop.call('POST', `/tasks/${path}`, { body })).toMatchObject({
    status: 400,
    body: { code: 'validation-failed', errors: [{ in: 'body', pointer }] },
  });
});

test('the tasks of another tenant are none of yours (R2.13)', async () => {
  const keyOf = (token: string, tenant: string) => ({
    hash: createHash('sha256').update(token).digest('hex'),
    tenant,
    actor: token,
    roles: ['admin'],
  });
  const shop = await startShop({
    settings: { env: 'prod', apiKeys: [keyOf('ann', 'shop'), keyOf('eve', 'other')] },
  });
  const call = (token: string, method: string, path: string, body?: object) =>
    shop.call(method, path, {
      ...(body === undefined ? {} : { body }),
      headers: { authorization: `Bearer ${token}` },
    });
  const { body: order } = await call('ann', 'POST', '/orders', { items: [ITEM], workflow: 'strict' });
  const task = `${order.order_id}:1:0`;
  const claim = { tasks: ['job.do'] };
  expect((await call('eve', 'POST', '/tasks/claim', claim)).body.data).toEqual([]);
  expect((await call('ann', 'POST', '/tasks/claim', claim)).body.data).toMatchObject([{ task_id: task }]);
  for (const [what, body] of [
    ['heartbeat', { token: 1 }],
    ['complete', { token: 1 }],
    ['fail', { token: 1, reason: 'x' }],
    ['fail', { token: 1, reason: 'x', retry: true }],
    ['resolve', { outcome: 'done', reason: 'x' }],
    ['retry', {}],
  ] as const) {
    const refused = await call('eve', 'POST', `/tasks/${task}/${what}`, body);
    expect([what, refused]).toMatchObject([what, { status: 404, body: { code: 'task-not-found' } }]);
  }
  expect((await call('eve', 'GET', `/tasks/${task}`)).status).toBe(404);
  expect((await call('eve', 'GET', '/tasks')).body.data).toEqual([]);
  expect((await call('eve', 'GET', '/dead-letters')).body.data).toEqual([]);
  expect((await call('ann', 'POST', `/tasks/${task}/complete`, { token: 1 })).status).toBe(200);
});
