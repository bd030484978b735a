import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type LosingProxy, startLosingProxy } from '../test/losing-proxy.ts';
import { createClient, isPawlError, type PawlClient } from './index.ts';

const MAIN = fileURLToPath(new URL('../../server/src/main.js', import.meta.url));

/** A job that somebody outside does. */
const JOBS = {
  initial: 'WORKING',
  tasks: { 'job.do': {} },
  states: {
    WORKING: { run: { task: 'job.do', retry: { attempts: 1 } }, done: 'DONE' },
    DONE: { final: true },
  },
};

let child: ChildProcess;
let address: string;
let pawl: PawlClient;
let proxy: LosingProxy | undefined;

beforeAll(async () => {
  child = spawn(process.execPath, [MAIN, 'serve'], {
    env: { PATH: process.env['PATH'], APP_PORT: '0', DATABASE_URL: 'memory:', LOG_LEVEL: 'error' },
    cwd: tmpdir(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  address = await new Promise((resolve, reject) => {
    let text = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = /API (http:\/\/[^\s,]+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(`the server ended: ${text}`)));
  });
  pawl = createClient({ baseUrl: address });
  await pawl.workflows.deploy('jobs', JOBS);
});

afterAll(async () => {
  if (child.kill()) await once(child, 'exit');
});

afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
});

/** A client whose first two answers to commands are lost behind the server. */
async function losing(): Promise<PawlClient> {
  proxy = await startLosingProxy(address, 2, (request) => request.method === 'POST');
  return createClient({ baseUrl: proxy.baseUrl, retry: { backoffMs: 1 } });
}

const items = (sku: string, qty = 1) => [{ sku, qty, price: '9.99' }];

async function until(orderId: string, status: string): Promise<void> {
  await expect
    .poll(async () => (await pawl.getOrder(orderId)).order.status, { timeout: 10_000 })
    .toBe(status);
}

/** An order with a task that a worker has to do. */
async function job(): Promise<{ readonly id: string; readonly taskId: string }> {
  const { order } = await pawl.createOrder({ workflow: 'jobs', items: items('job') });
  return { id: order.order_id, taskId: `${order.order_id}:1:0` };
}

describe('an event that starts work', () => {
  test('is told apart from one that has moved the order', async () => {
    const { order } = await pawl.createOrder({ workflow: 'approval', items: items('a') });
    const sent = await pawl.send(order.order_id, 'validate');
    if (sent.accepted === undefined) throw new Error('it was not accepted');
    expect(sent).toEqual({
      accepted: {
        message: 'validation started',
        order_id: order.order_id,
        status: 'CREATED',
        task_id: `${order.order_id}:2:0`,
      },
      etag: '"2"',
      replayed: false,
    });
    await until(order.order_id, 'VALIDATED');
    const moved = await pawl.send(order.order_id, 'reject', { reason: 'late' });
    expect(moved.order?.status).toBe('REJECTED');
    expect((await pawl.waiting(order.order_id)).waits_for).toEqual([]);
  });

  test('is accepted once although its answer is lost (R1.03)', async () => {
    const { order } = await pawl.createOrder({ workflow: 'approval', items: items('a') });
    const sent = await (await losing()).send(order.order_id, 'validate');
    expect(sent).toMatchObject({ accepted: { task_id: `${order.order_id}:2:0` }, replayed: true });
    await until(order.order_id, 'VALIDATED');
    expect((await pawl.trail(order.order_id)).data.map(({ type }) => type)).toEqual([
      'created',
      'work_accepted',
      'work_ended',
    ]);
  });
});

describe('stock', () => {
  test('is set, adjusted, listed and looked back at', async () => {
    expect(await pawl.stock.set('s/1 ü', 5)).toMatchObject({ sku: 's/1 ü', on_hand: 5, version: 1 });
    const adjusted = await pawl.stock.adjust('s/1 ü', { delta: -2, reason: 'broken' });
    expect(adjusted).toMatchObject({ on_hand: 3, available: 3 });
    expect(await pawl.stock.get('s/1 ü')).toEqual(adjusted);
    const skus: string[] = [];
    for await (const { sku } of pawl.stock.iterate({ limit: 1 })) skus.push(sku);
    expect(skus).toContain('s/1 ü');
    const { data } = await pawl.stock.movements('s/1 ü');
    expect(data.map(({ kind }) => kind)).toEqual(['adjust', 'set']);
    const absent: unknown = await pawl.stock.get('none').catch((e: unknown) => e);
    expect(isPawlError(absent, 'stock-not-found')).toBe(true);
  });

  test('is adjusted once although the answer is lost (R0.14)', async () => {
    await pawl.stock.set('once', 5);
    await (await losing()).stock.adjust('once', { delta: 1, reason: 'found' });
    expect(proxy?.lost).toBe(2);
    expect((await pawl.stock.get('once')).on_hand).toBe(6);
  });

  test('that is reserved is named by the refusal', async () => {
    await pawl.stock.set('held', 2);
    const metadata = { payment: { token: 'tok_slow' } };
    await pawl.createOrder({ workflow: 'preorder', items: items('held', 2), metadata });
    const refused: unknown = await pawl.stock.set('held', 1).catch((e: unknown) => e);
    expect(isPawlError(refused, 'stock-below-reserved') && refused.problem.reserved).toBe(2);
  });
});

describe('a worker', () => {
  test('claims, keeps and completes, each once although the answers are lost', async () => {
    const { id, taskId } = await job();
    const worker = await losing();
    const [task, ...others] = await worker.tasks.claim(['job.do'], { limit: 5, leaseS: 60 });
    if (task === undefined) throw new Error('nothing was claimed');
    expect(others).toEqual([]);
    expect(task).toMatchObject({ task_id: taskId, token: 1, order: { order_id: id } });
    expect((await worker.tasks.heartbeat(task, { leaseS: 90 })).task_id).toBe(taskId);
    const done = await worker.tasks.complete(task, { data: { by: 'me' } });
    expect(done).toMatchObject({ status: 'done', order_status: 'DONE', version: 2 });
    expect(await pawl.tasks.complete(task)).toMatchObject({ status: 'done', replayed: true });
    expect(await pawl.tasks.get(taskId)).toMatchObject({ status: 'done', result: { by: 'me' } });
  });

  test('fails for good, and an operator mends it', async () => {
    const { id, taskId } = await job();
    const [task] = await pawl.tasks.claim(['job.do']);
    if (task === undefined) throw new Error('nothing was claimed');
    expect(await pawl.tasks.fail(task, 'no hands')).toMatchObject({ status: 'dead' });
    const dead: string[] = [];
    for await (const letter of pawl.deadLetters.iterate({ workflow: 'jobs' }))
      dead.push(...letter.dead_tasks.map(({ task_id }) => task_id));
    expect(dead).toEqual([taskId]);
    expect((await pawl.tasks.list({ status: 'dead' })).data).toMatchObject([{ task_id: taskId }]);
    expect(await pawl.tasks.retry(taskId)).toMatchObject({ status: 'ready' });
    const notDead: unknown = await pawl.tasks.retry(taskId).catch((e: unknown) => e);
    expect(isPawlError(notDead, 'task-not-dead') && notDead.problem.task_status).toBe('ready');
    const resolution = { outcome: 'done', reason: 'done by hand' } as const;
    expect(await pawl.tasks.resolve(taskId, resolution)).toMatchObject({ order_status: 'DONE' });
    expect((await pawl.getOrder(id)).order.settled).toBe(true);
  });
});

describe('failed orders', () => {
  const metadata = { payment: { token: 'tok_declined' } };

  async function declined(): Promise<string> {
    await pawl.stock.set('d', 9);
    const { order } = await pawl.createOrder({ workflow: 'preorder', items: items('d'), metadata });
    await until(order.order_id, 'FAILED');
    return order.order_id;
  }

  test('are redriven and reviewed, alone and together', async () => {
    const id = await declined();
    expect((await pawl.redrive(id, 'again')).order.status).toBe('RESERVED');
    await until(id, 'FAILED');
    const together = await pawl.deadLetters.redrive({ filter: { workflow: 'preorder' } });
    expect(together).toEqual({ redriven: 1, refused: [], more: false, next_cursor: null });
    await until(id, 'FAILED');
    expect((await pawl.review(id, 'called them')).order.settled).toBe(true);
    expect((await pawl.deadLetters.list({ workflow: 'preorder' })).data).toEqual([]);
  });
});

test('a dry run shows work, stock and undos, and does nothing', async () => {
  await pawl.stock.set('t', 9);
  const order = { workflow: 'preorder', items: items('t', 2) };
  const tried = await pawl.dryRun.createOrder(order);
  expect(tried).toMatchObject({
    allowed: true,
    work: [{ task: 'stock.check' }, { task: 'stock.reserve' }, { task: 'payment.charge' }],
    stock: [{ kind: 'reserve', sku: 't', qty: 2 }],
    compensation: [],
  });
  expect((await pawl.stock.get('t')).reserved).toBe(0);
  const { order: retail } = await pawl.createOrder({ items: items('t') });
  const { order_id: id } = retail;
  expect(await pawl.dryRun.send(id, 'ship')).toMatchObject({ allowed: false });
  expect(await pawl.dryRun.patchOrder(id, { status: 'PAID' })).toMatchObject({ order: { status: 'PAID' } });
  expect(await pawl.dryRun.patchOrder(id, { status: 'PAID' }, { ifMatch: 9 })).toMatchObject({
    problem: { code: 'version-conflict' },
  });
  expect(await pawl.dryRun.review(id, 'x')).toMatchObject({ problem: { code: 'review-not-due' } });
  expect((await pawl.getOrder(id)).order).toEqual(retail);
});
