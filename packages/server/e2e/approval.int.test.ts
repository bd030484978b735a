import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, type PawlClient, type TrailEntry } from '@pawl/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServerProcess, startServer, temporaryDir } from './server-process.ts';

const ITEMS = [{ sku: 'A-1', qty: 2, price: '9.99' }];
const STARTED = 'validation started';
const dir = temporaryDir();
let server: ServerProcess;
let pawl: PawlClient;

beforeAll(async () => {
  server = await startServer({ dir });
  pawl = createClient({ baseUrl: server.url });
});
afterAll(async () => {
  await server.stop();
  rmSync(dir, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

async function call(method: string, path: string, body?: object): Promise<Answer> {
  const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(server.url + path, { method, headers, ...init });
  return { status: answer.status, body: await answer.json() };
}

async function create(validation?: 'slow' | 'fail'): Promise<string> {
  const metadata = validation === undefined ? {} : { validation: { token: validation } };
  const { status, body } = await call('POST', '/orders', { workflow: 'approval', items: ITEMS, metadata });
  expect([status, body.status, body.version]).toEqual([201, 'CREATED', 1]);
  return body.order_id;
}

async function until(id: string, status: string): Promise<void> {
  await expect
    .poll(async () => (await pawl.getOrder(id)).order.status, { timeout: 15_000, interval: 20 })
    .toBe(status);
}

const fire = (id: string, event: string): Promise<Answer> => call('POST', `/orders/${id}/${event}`);
const trailOf = async (id: string): Promise<readonly TrailEntry[]> => (await pawl.trail(id)).data;

/** An order in a state, by the shortest way. */
async function orderIn(status: string): Promise<string> {
  const id = await create();
  if (status === 'REJECTED') await fire(id, 'reject');
  if (status === 'VALIDATED' || status === 'APPROVED') {
    await fire(id, 'validate');
    await until(id, 'VALIDATED');
  }
  if (status === 'APPROVED') await fire(id, 'approve');
  await until(id, status);
  return id;
}

describe('an order that is approved (R1.01)', () => {
  const LEGAL: Readonly<Record<string, readonly string[]>> = {
    validate: ['CREATED'],
    approve: ['VALIDATED'],
    reject: ['CREATED', 'VALIDATED'],
  };
  const pairs = ['CREATED', 'VALIDATED', 'APPROVED', 'REJECTED'].flatMap((state) =>
    Object.entries(LEGAL).map(([event, from]) => [state, event, from] as const),
  );

  it.each(pairs)('in %s is asked to %s, which is legal from %j (R1.01)', async (state, event, from) => {
    const id = await orderIn(state);
    const answer = await fire(id, event);
    if (from.includes(state)) {
      expect(answer.status).toBe(event === 'validate' ? 202 : 200);
      return;
    }
    const must = from.map((one) => `'${one}'`).join(' or ');
    expect(answer).toMatchObject({
      status: 400,
      body: {
        code: 'illegal-transition',
        detail: `Cannot ${event} order in status '${state}'. Must be ${must}`,
      },
    });
    expect((await pawl.getOrder(id)).order.status).toBe(state);
  });
});

it('has the calls of the API that it stands in for (R1.02)', async () => {
  expect(await call('GET', '/health')).toEqual({ status: 200, body: { status: 'ok', database: 'ok' } });
  const id = await create();
  const { body: page } = await call('GET', '/orders?limit=1&offset=0');
  expect(page.data).toMatchObject([{ order_id: id }]);
  expect((await call('GET', '/orders?limit=1&offset=1')).body.data[0].order_id).not.toBe(id);
  const fields = { customer_id: 'ana', currency: 'EUR', items: ITEMS, metadata: {} };
  expect(await call('PUT', `/orders/${id}`, fields)).toMatchObject({ status: 200, body: fields });
  expect(await call('GET', `/orders/${id}`)).toMatchObject({ status: 200, body: { customer_id: 'ana' } });
  expect((await fire(id, 'validate')).status).toBe(202);
  await until(id, 'VALIDATED');
  expect((await fire(id, 'approve')).body.status).toBe('APPROVED');
  expect((await fire(await create(), 'reject')).body.status).toBe('REJECTED');
});

describe('validation in the background (R1.03)', () => {
  it('is accepted at once and decides by its rules (R1.03)', async () => {
    const id = await create();
    const accepted = await fire(id, 'validate');
    expect(accepted).toEqual({
      status: 202,
      body: { message: STARTED, order_id: id, status: 'CREATED', task_id: `${id}:2:0` },
    });
    await until(id, 'VALIDATED');
    expect((await trailOf(id)).map(({ type, from, to }) => [type, from, to])).toEqual([
      ['created', null, 'CREATED'],
      ['work_accepted', 'CREATED', 'CREATED'],
      ['work_ended', 'CREATED', 'VALIDATED'],
    ]);
  });

  it('runs once however often it is asked for, and each call is told the same (R1.03)', async () => {
    const id = await create('slow');
    const answers = await Promise.all(Array.from({ length: 20 }, () => fire(id, 'validate')));
    const expected = { message: STARTED, order_id: id, status: 'CREATED', task_id: `${id}:2:0` };
    for (const answer of answers) expect(answer).toEqual({ status: 202, body: expected });
    await until(id, 'VALIDATED');
    const trail = await trailOf(id);
    expect(trail.map(({ type }) => type)).toEqual(['created', 'work_accepted', 'work_ended']);
    expect(trail[2]?.data).toMatchObject({ task_id: `${id}:2:0`, outcome: 'done', attempts: 1 });
  });

  it('has a line in the log of its own, since it has no request (R2.08)', async () => {
    const id = await create();
    await fire(id, 'validate');
    await until(id, 'VALIDATED');
    const own = () =>
      readFileSync(join(dir, 'server.log'), 'utf8')
        .split('\n')
        .filter((line) => line.includes(id) && line.includes('"action":"end_task"'))
        .map((line) => JSON.parse(line));
    await expect.poll(own, { timeout: 5_000 }).toMatchObject([
      {
        level: 'INFO',
        request_id: null,
        tenant: 'default',
        actor: 'system',
        status: null,
        error_code: null,
        domain: { type: 'work_ended', from: 'CREATED', to: 'VALIDATED', version: 3 },
      },
    ]);
  });

  it('rejects an order that breaks a rule, with the reasons (R1.03)', async () => {
    const items = [{ sku: 'yacht', qty: 2, price: '999999' }];
    const { body } = await call('POST', '/orders', { workflow: 'approval', items });
    await fire(body.order_id, 'validate');
    await until(body.order_id, 'REJECTED');
    const last = (await trailOf(body.order_id)).at(-1);
    expect(last).toMatchObject({
      type: 'work_ended',
      task: 'order.check',
      reason: expect.stringContaining('above the limit'),
      data: { outcome: 'failed', result: { violations: [expect.stringContaining('above the limit')] } },
    });
  });

  it('is beaten by a rejection that comes meanwhile (R1.03)', async () => {
    const id = await create('slow');
    await fire(id, 'validate');
    await expect.poll(async () => (await pawl.waiting(id)).waits_for[0]).toMatchObject({ status: 'running' });
    expect((await fire(id, 'reject')).body).toMatchObject({ status: 'REJECTED', settled: false });
    await expect.poll(async () => (await pawl.getOrder(id)).order.settled, { timeout: 15_000 }).toBe(true);
    const trail = await trailOf(id);
    expect(trail.map(({ type, to }) => [type, to])).toEqual([
      ['created', 'CREATED'],
      ['work_accepted', 'CREATED'],
      ['transitioned', 'REJECTED'],
      ['work_ended', 'REJECTED'],
    ]);
    expect(trail[3]?.data).toMatchObject({ outcome: 'late' });
  });
});

it('validation that runs is waited for when the process is asked to end (R1.03)', async () => {
  const id = await create('slow');
  await fire(id, 'validate');
  await expect.poll(async () => (await pawl.waiting(id)).waits_for[0]).toMatchObject({ status: 'running' });
  expect(await server.stop()).toBe(0);
  server = await startServer({ dir, env: { TASK_SLOTS: '0' } });
  pawl = createClient({ baseUrl: server.url });
  expect((await pawl.getOrder(id)).order.status).toBe('VALIDATED');
  // This process carries out none: what is validated now waits for another.
  const waiting = await create();
  await fire(waiting, 'validate');
  expect((await pawl.waiting(waiting)).waits_for[0]).toMatchObject({ kind: 'task', status: 'ready' });
  await server.stop();
  server = await startServer({ dir });
  pawl = createClient({ baseUrl: server.url });
  await until(waiting, 'VALIDATED');
}, 60_000);

it('validation survives the end of the process without warning (R1.03)', async () => {
  // A lease so short that the restart need not wait long for the one that the killed process has left behind.
  const env = { TASK_LEASE_S: '1' };
  await server.stop();
  server = await startServer({ dir, env });
  pawl = createClient({ baseUrl: server.url });
  const id = await create('slow');
  const first = await fire(id, 'validate');
  await expect.poll(async () => (await pawl.waiting(id)).waits_for[0]).toMatchObject({ status: 'running' });
  await server.kill();
  server = await startServer({ dir, env });
  pawl = createClient({ baseUrl: server.url });
  const again = await fire(id, 'validate');
  expect(again).toEqual(first);
  await until(id, 'VALIDATED');
  const trail = await trailOf(id);
  expect(trail.map(({ type }) => type)).toEqual(['created', 'work_accepted', 'work_ended']);
  expect(trail[2]?.data).toMatchObject({ outcome: 'done' });
  expect(Reflect.get(trail[2]?.data ?? {}, 'attempts')).toBeGreaterThan(1);
}, 60_000);

it('answers user errors as such, and never as its own (R1.04)', async () => {
  for (const query of ['limit=0', 'limit=101', 'offset=-1', 'limit=x']) {
    expect([query, (await call('GET', `/orders?${query}`)).status]).toEqual([query, 400]);
  }
  const missing = 'ord_01jd3m8k2yfw8sx2q0tr5v9c1n';
  for (const [id, status] of [
    ['0', 400],
    ['-1', 400],
    ['a.b', 400],
    [missing, 404],
  ] as const) {
    for (const event of ['validate', 'approve', 'reject']) {
      expect([id, event, (await fire(id, event)).status]).toEqual([id, event, status]);
    }
    expect((await call('GET', `/orders/${id}`)).status).toBe(status);
    expect((await call('GET', `/orders/${id}/waiting`)).status).toBe(status);
  }
});

it('never changes status, version or tenant by a PUT, and no field while it is checked (R1.05)', async () => {
  const id = await create('slow');
  const fields = { customer_id: 'bob', currency: 'USD', items: ITEMS, metadata: {} };
  for (const extra of [{ status: 'APPROVED' }, { version: 7 }, { tenant: 'other' }]) {
    expect((await call('PUT', `/orders/${id}`, { ...fields, ...extra })).status).toBe(400);
  }
  await fire(id, 'validate');
  expect(await call('PUT', `/orders/${id}`, fields)).toMatchObject({
    status: 422,
    body: { code: 'work-pending', event: 'validate', task_id: `${id}:2:0` },
  });
  await until(id, 'VALIDATED');
  expect((await pawl.getOrder(id)).order).toMatchObject({ customer_id: null, version: 3 });
});
