import { rmSync } from 'node:fs';
import { createClient, type Order } from '@pawl/client';
import { afterAll, expect, it } from 'vitest';
import { startServer, temporaryDir } from './server-process.ts';

const ORDERS = 10_000;
const BULK = 1_000;
const CONNECTIONS = 64;

/** Where `retail` leads from CREATED, as clients see it. */
const STEPS = [
  ['pay', 'PAID'],
  ['cancel', 'CANCELLED'],
] as const;

const dir = temporaryDir();
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('10,000 orders in flight, stepped over 64 connections, all end legal, none is lost, and nobody reads behind their own write (R0.04, R0.09, R0.13)', async () => {
  const server = await startServer({ dir });
  const client = createClient({ baseUrl: server.url });
  const items = [{ sku: 'A-1', qty: 1, price: '9.99' }];
  const orders: Order[] = [];
  for (let made = 0; made < ORDERS; made += BULK) {
    const results = await client.bulk(Array.from({ length: BULK }, () => ({ op: 'create', items }) as const));
    for (const { order } of results) if (order !== undefined) orders.push(order);
  }
  expect(orders).toHaveLength(ORDERS);

  const expected = new Map<string, string>();
  let next = 0;
  const connection = async (): Promise<void> => {
    for (let at = next++; at < ORDERS; at = next++) {
      const { order_id: id } = orders[at] as Order;
      const [event, status] = STEPS[at % STEPS.length] as (typeof STEPS)[number];
      const moved = await client.send(id, event);
      expect(moved.order).toMatchObject({ status, version: 2 });
      expected.set(id, status);
      if (at % 10 > 0) continue;
      expect((await client.getOrder(id)).order.version).toBeGreaterThanOrEqual(moved.order?.version ?? 2);
      expect(
        (await client.listOrders({ status, limit: 100 })).data.every((order) => order.status === status),
      ).toBe(true);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));

  const seen = new Map<string, string>();
  for await (const order of client.iterateOrders({ limit: 100 })) seen.set(order.order_id, order.status);
  expect(seen).toEqual(expected);
  expect(await server.stop()).toBe(0);
}, 120_000);
