import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type LosingProxy, startLosingProxy } from '../test/losing-proxy.ts';
import { createClient, isPawlError, type PawlClient } from './index.ts';

const MAIN = fileURLToPath(new URL('../../server/src/main.js', import.meta.url));
const ITEMS = [{ sku: 'A-1', qty: 2, price: '9.99' }];

let child: ChildProcess;
let address: string;
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
});

afterAll(async () => {
  if (child.kill()) await once(child, 'exit');
});

afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
});

/** A client whose first answers to calls of a method are lost behind the server. */
async function losing(method: string, times = 2): Promise<PawlClient> {
  proxy = await startLosingProxy(address, times, (request) => request.method === method);
  return createClient({ baseUrl: proxy.baseUrl, retry: { backoffMs: 1 } });
}

describe('a server whose answers are lost', () => {
  test('has made one order of three attempts (R0.14, R2.03)', async () => {
    const pawl = await losing('POST');
    const { order, replayed } = await pawl.createOrder({ items: ITEMS, customer_id: 'once' });
    expect(proxy?.lost).toBe(2);
    expect(replayed).toBe(true);
    const { data } = await pawl.listOrders({ customer_id: 'once' });
    expect(data).toEqual([order]);
  });

  test('has moved the order one step (R0.14)', async () => {
    const { order } = await createClient({ baseUrl: address }).createOrder({ items: ITEMS });
    const pawl = await losing('POST');
    const paid = await pawl.send(order.order_id, 'pay', { ifMatch: order.version, reason: 'by card' });
    expect(paid).toMatchObject({ order: { status: 'PAID', version: 2 }, replayed: true, etag: '"2"' });
    expect((await pawl.trail(order.order_id)).data).toHaveLength(2);
  });

  test('has patched the order once (R0.14)', async () => {
    const { order, etag } = await createClient({ baseUrl: address }).createOrder({ items: ITEMS });
    const pawl = await losing('PATCH');
    const patched = await pawl.patchOrder(order.order_id, { metadata: { gift: true } }, { ifMatch: etag });
    expect(patched).toMatchObject({ order: { metadata: { gift: true }, version: 2 }, replayed: true });
  });

  test.each([1, '"1"'])(
    'has put the order once, and the client finds its own write from %s (R0.14)',
    async (ifMatch) => {
      const direct = createClient({ baseUrl: address });
      const { order } = await direct.createOrder({ items: ITEMS });
      const fields = { customer_id: 'ana', currency: 'USD', items: ITEMS, metadata: {} };
      const pawl = await losing('PUT');
      const put = await pawl.putOrder(order.order_id, fields, { ifMatch });
      expect(put).toMatchObject({ order: { customer_id: 'ana', version: 2 }, etag: '"2"' });
      expect((await direct.getOrder(order.order_id)).order).toEqual(put.order);
    },
  );

  test('has carried out each operation of a bulk call once (R0.14)', async () => {
    const pawl = await losing('POST');
    const results = await pawl.bulk([
      { op: 'create', items: ITEMS, customer_id: 'bulk' },
      { op: 'create', items: ITEMS, customer_id: 'bulk' },
      { op: 'event', order_id: 'ord_none', event: 'pay' },
    ]);
    expect(results.map(({ status }) => status)).toEqual([201, 201, 404]);
    expect(results[2]?.problem?.code).toBe('order-not-found');
    expect((await pawl.listOrders({ customer_id: 'bulk' })).data).toHaveLength(2);
  });
});

describe('every method', () => {
  test('agrees with the server', async () => {
    const pawl = createClient({ baseUrl: address });
    const { order } = await pawl.createOrder({ items: ITEMS, external_id: 'agreed' });
    expect(await pawl.health()).toEqual({ status: 'ok', database: 'ok' });
    const allowed = (await pawl.actions(order.order_id)).filter((action) => action.allowed);
    expect(allowed.map(({ event }) => event).sort()).toEqual(['cancel', 'pay']);
    await pawl.patchOrder(order.order_id, { status: 'PAID' }, { ifMatch: 1 });
    expect((await pawl.getOrder(order.order_id, { version: 1 })).order).toEqual(order);
    expect((await pawl.getOrder(order.order_id, { at: new Date() })).order.status).toBe('PAID');
    expect((await pawl.workflows.list()).map(({ name }) => name)).toContain('retail');
    const { definition } = await pawl.workflows.get('retail');
    expect(await pawl.workflows.verify(definition)).toEqual({ valid: true, findings: [] });
    expect(await pawl.workflows.diagram('retail')).toContain('stateDiagram');
    const deployed = await pawl.workflows.deploy('mine', { ...definition, name: 'mine' });
    expect(deployed).toMatchObject({ created: true, workflow: { name: 'mine', version: 1 } });
    const again = await pawl.workflows.deploy('mine', { ...definition, name: 'mine' });
    expect(again.created).toBe(false);
  });

  test('brings the server’s problems with their members', async () => {
    const pawl = createClient({ baseUrl: address });
    const { order } = await pawl.createOrder({ items: ITEMS, external_id: 'taken' });
    const taken: unknown = await pawl
      .createOrder({ items: ITEMS, external_id: 'taken' })
      .catch((e: unknown) => e);
    expect(isPawlError(taken, 'external-id-taken') && taken.problem.order_id).toBe(order.order_id);
    const early: unknown = await pawl.send(order.order_id, 'ship').catch((e: unknown) => e);
    expect(isPawlError(early, 'illegal-transition') && early.problem.allowed_events).toEqual([
      'pay',
      'cancel',
    ]);
    const form: unknown = await pawl.createOrder({ items: [] }).catch((e: unknown) => e);
    expect(isPawlError(form) && form.errors[0]?.pointer).toBe('#/items');
  });

  test('reads lists and the feed to their end', async () => {
    const pawl = createClient({ baseUrl: address });
    for (let number = 0; number < 5; number++) await pawl.createOrder({ items: ITEMS, customer_id: 'many' });
    const ids = new Set<string>();
    for await (const { order_id } of pawl.iterateOrders({ customer_id: 'many', limit: 2 })) ids.add(order_id);
    expect(ids.size).toBe(5);
    let cursor: string | undefined;
    const seen = new Set<string>();
    for await (const entry of pawl.events()) {
      seen.add(entry.event.subject);
      cursor = entry.cursor ?? undefined;
    }
    expect([...ids].every((id) => seen.has(id))).toBe(true);
    const { order } = await pawl.createOrder({ items: ITEMS });
    const later: string[] = [];
    for await (const { event } of pawl.events({ after: cursor })) later.push(event.id);
    expect(later).toEqual([`${order.order_id}:1`]);
  });
});
