import { rmSync } from 'node:fs';
import { type ClaimedTask, createClient, type PawlClient } from '@pawl/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServerProcess, startServer, temporaryDir } from './server-process.ts';

const dir = temporaryDir();
let server: ServerProcess;
let pawl: PawlClient;

beforeAll(async () => {
  const NOTIFY_SUBSCRIPTIONS = 'order-confirmed=mail+crm,warehouse=picking';
  server = await startServer({ dir, env: { NOTIFY_SUBSCRIPTIONS } });
  pawl = createClient({ baseUrl: server.url });
});
afterAll(async () => {
  await server.stop();
  rmSync(dir, { recursive: true, force: true });
});

const TERMINAL = ['CONFIRMED', 'FAILED'];

async function submit(sku: string, qty = 1, token?: string): Promise<string> {
  const metadata = token === undefined ? {} : { payment: { token } };
  const items = [{ sku, qty, price: '49.00' }];
  const { order } = await pawl.createOrder({ workflow: 'preorder', items, metadata });
  return order.order_id;
}

/** Where an order ends. */
async function endOf(id: string): Promise<string> {
  await expect
    .poll(async () => (await pawl.getOrder(id)).order.status, { timeout: 20_000, interval: 20 })
    .toMatch(/CONFIRMED|FAILED/);
  return (await pawl.getOrder(id)).order.status;
}

describe('limited stock', () => {
  it('is never oversold, however many orders arrive at once (R3.01)', async () => {
    await pawl.stock.set('limited', 7);
    const ids = await Promise.all(Array.from({ length: 60 }, () => submit('limited')));
    const ends = await Promise.all(ids.map(endOf));
    expect(ends.filter((end) => end === 'CONFIRMED')).toHaveLength(7);
    expect(await pawl.stock.get('limited')).toMatchObject({ on_hand: 7, reserved: 7, available: 0 });
    const reserved: number[] = [];
    for await (const movement of pawl.stock.iterateMovements('limited')) reserved.push(movement.reserved);
    // Backwards from now, the ledger never held more than there was.
    let sum = 0;
    for (const moved of reserved.reverse()) {
      sum += moved;
      expect(sum).toBeLessThanOrEqual(7);
    }
  });

  it('is given back where the payment fails, and the order has failed (R3.03)', async () => {
    await pawl.stock.set('back', 3);
    const id = await submit('back', 2, 'tok_declined');
    expect(await endOf(id)).toBe('FAILED');
    expect(await pawl.stock.get('back')).toMatchObject({ on_hand: 3, reserved: 0 });
    const { data } = await pawl.trail(id);
    expect(data.map(({ type, task, to }) => [type, task, to])).toEqual([
      ['created', null, 'SUBMITTED'],
      ['work_ended', 'stock.check', 'SUBMITTED'],
      ['work_ended', 'stock.reserve', 'RESERVED'],
      ['work_ended', 'payment.charge', 'FAILED'],
      ['compensated', 'stock.release', 'FAILED'],
    ]);
    expect(data[3]).toMatchObject({
      reason: expect.stringMatching(/./),
      data: { task_id: `${id}:3:0`, outcome: 'failed' },
      actor: { id: 'system', kind: 'system' },
    });
    const { data: movements } = await pawl.stock.movements('back');
    expect(movements.map(({ kind, order_id }) => [kind, order_id])).toEqual([
      ['release', id],
      ['reserve', id],
      ['set', null],
    ]);
  });

  it('that is too short fails the order with nothing reserved (R3.03)', async () => {
    await pawl.stock.set('short', 1);
    const id = await submit('short', 2);
    expect(await endOf(id)).toBe('FAILED');
    expect((await pawl.stock.movements('short')).data).toHaveLength(1);
    expect(await pawl.stock.get('short')).toMatchObject({ reserved: 0, version: 1 });
  });
});

it('starts by an event, reserves, charges and confirms, and the trail shows each step (R3.02)', async () => {
  await pawl.stock.set('steps', 5);
  let after: string | undefined;
  for await (const { cursor } of pawl.events()) after = cursor ?? undefined;
  const id = await submit('steps', 2);
  expect(await endOf(id)).toBe('CONFIRMED');
  const { data } = await pawl.trail(id);
  expect(data.slice(0, 4).map(({ version, task, from, to }) => [version, task, from, to])).toEqual([
    [1, null, null, 'SUBMITTED'],
    [2, 'stock.check', 'SUBMITTED', 'SUBMITTED'],
    [3, 'stock.reserve', 'SUBMITTED', 'RESERVED'],
    [4, 'payment.charge', 'RESERVED', 'CONFIRMED'],
  ]);
  const types: string[] = [];
  for await (const { event } of pawl.events({ after })) if (event.subject === id) types.push(event.type);
  expect(types.slice(0, 2)).toEqual(['OrderPlaced', 'OrderUpdated']);
});

it('routes failed orders to the dead letters, from where they are redriven (R3.04)', async () => {
  const id = await submit('late', 2);
  expect(await endOf(id)).toBe('FAILED');
  const letters: string[] = [];
  for await (const { order, awaits_review } of pawl.deadLetters.iterate({ workflow: 'preorder' }))
    if (awaits_review) letters.push(order.order_id);
  expect(letters).toContain(id);
  await pawl.stock.set('late', 2);
  const { order } = await pawl.redrive(id, 'the lorry has come');
  expect(order.status).toBe('RESERVED');
  expect(await endOf(id)).toBe('CONFIRMED');
  const { data } = await pawl.trail(id, { limit: 100 });
  const runs = data.filter(({ task }) => task === 'stock.check').map((entry) => entry.data);
  expect(runs).toMatchObject([{ task_id: `${id}:1:0` }, { task_id: `${id}:3:0` }]);
  expect(data.find(({ type }) => type === 'redriven')).toMatchObject({
    from: 'FAILED',
    to: 'SUBMITTED',
    reason: 'the lorry has come',
  });
});

describe('notifications (R3.05)', () => {
  it('reach a topic and through it two clients of a queue, each message once (R3.05)', async () => {
    await pawl.stock.set('noted', 40);
    await drain('mail', 'crm', 'picking');
    const ids = await Promise.all(Array.from({ length: 40 }, () => submit('noted')));
    await Promise.all(ids.map(endOf));
    const clients = [createClient({ baseUrl: server.url }), createClient({ baseUrl: server.url })];
    const consumed = await Promise.all(clients.map((client) => consume(client, 'queue:mail')));
    const orders = consumed.flat().map(({ order_id }) => order_id);
    expect(orders.sort()).toEqual([...ids].sort());
    for (const part of consumed) expect(part.length).toBeGreaterThan(0);
    // The other queue of the topic, and that of the other topic, have messages of their own.
    expect((await consume(pawl, 'queue:crm')).map(({ order_id }) => order_id).sort()).toEqual(
      [...ids].sort(),
    );
    const [first] = ids;
    expect((await pawl.getOrder(first ?? '')).order).toMatchObject({ status: 'CONFIRMED', settled: false });
    const picked = await consume(pawl, 'queue:picking');
    expect(picked.every(({ input }) => (input as { topic: string }).topic === 'warehouse')).toBe(true);
    expect((await pawl.getOrder(first ?? '')).order.settled).toBe(true);
  }, 60_000);

  it('are extended, given back, and dead letters in the end (R3.05)', async () => {
    await pawl.stock.set('kept', 1);
    await drain('mail', 'crm', 'picking');
    const id = await submit('kept');
    await endOf(id);
    const [message] = await pawl.tasks.claim(['queue:mail'], { leaseS: 1 });
    if (message === undefined) throw new Error('there is no message');
    expect(message).toMatchObject({ order_id: id, task: 'queue:mail', attempt: 1 });
    await pawl.tasks.heartbeat(message, { leaseS: 60 });
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(await pawl.tasks.claim(['queue:mail'])).toEqual([]);
    let held: ClaimedTask = message;
    for (let attempt = 1; ; attempt++) {
      const told = await pawl.tasks.fail(held, `try ${attempt}`, { retry: true, retryAfterS: 0 });
      if (told.status === 'dead') break;
      const [next] = await pawl.tasks.claim(['queue:mail']);
      if (next === undefined) throw new Error(`the message is ${told.status} and not given out`);
      expect(next).toMatchObject({ task_id: message.task_id, attempt: attempt + 1, token: attempt + 1 });
      held = next;
    }
    const { data } = await pawl.deadLetters.list({ workflow: 'preorder', status: 'CONFIRMED' });
    expect(data).toMatchObject([
      { order: { order_id: id, blocked: true }, dead_tasks: [{ task_id: message.task_id }] },
    ]);
    await pawl.tasks.retry(message.task_id);
    await consume(pawl, 'queue:mail');
    expect((await pawl.deadLetters.list({ workflow: 'preorder', status: 'CONFIRMED' })).data).toEqual([]);
  }, 60_000);
});

/** Claims and completes until nothing is left. */
async function consume(client: PawlClient, queue: string): Promise<readonly ClaimedTask[]> {
  const consumed: ClaimedTask[] = [];
  for (;;) {
    const tasks = await client.tasks.claim([queue], { limit: 3 });
    if (tasks.length === 0) return consumed;
    for (const task of tasks) await client.tasks.complete(task);
    consumed.push(...tasks);
  }
}

/** Takes what earlier tests have left in queues. */
async function drain(...queues: readonly string[]): Promise<void> {
  for (const queue of queues) await consume(pawl, `queue:${queue}`);
}

describe('submissions at once (R3.06)', () => {
  it('all ten reach a terminal state (R3.06)', async () => {
    await pawl.stock.set('ten', 5);
    const ids = await Promise.all(
      Array.from({ length: 10 }, (_, at) => submit('ten', 1, at % 2 === 0 ? 'tok_flaky' : undefined)),
    );
    const ends = await Promise.all(ids.map(endOf));
    for (const end of ends) expect(TERMINAL).toContain(end);
    expect(ends.filter((end) => end === 'CONFIRMED')).toHaveLength(5);
  }, 60_000);
});
