import { rmSync } from 'node:fs';
import { createClient, type PawlClient } from '@pawl/client';
import { afterAll, expect, it } from 'vitest';
import { startServer, temporaryDir } from './server-process.ts';

const ORDERS = 10_000;
const BULK = 500;
const CONNECTIONS = 4;
const WITHIN_MS = 60_000;
/** Of the pieces that are asked for, so many are there. */
const PIECES = 7_000;
/** Every tenth payment is declined. */
const DECLINED_EVERY = 10;

const dir = temporaryDir();
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('10,000 preorders reach a terminal state within 60 s, and not one piece is sold twice (R3.01, R3.06)', async () => {
  const server = await startServer({ dir, env: { LOG_LEVEL: 'error' } });
  const pawl = createClient({ baseUrl: server.url });
  await pawl.stock.set('drop', PIECES);
  const began = performance.now();
  let next = 0;
  const connection = async (): Promise<void> => {
    for (let at = next; at < ORDERS; at = next) {
      next += BULK;
      const results = await pawl.bulk(Array.from({ length: BULK }, (_, index) => preorder(at + index)));
      expect(results.every(({ status }) => status === 201)).toBe(true);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  await expect
    .poll(() => open(pawl), { timeout: WITHIN_MS - (performance.now() - began), interval: 100 })
    .toBe(0);
  expect(performance.now() - began).toBeLessThan(WITHIN_MS);

  const confirmed = await count(pawl, 'CONFIRMED');
  expect(confirmed + (await count(pawl, 'FAILED'))).toBe(ORDERS);
  expect(await pawl.stock.get('drop')).toMatchObject({
    on_hand: PIECES,
    reserved: confirmed,
    available: PIECES - confirmed,
  });
  // Pieces that were given back after a declined payment were there for others.
  expect(confirmed).toBeGreaterThan(PIECES * 0.8);
  expect(await server.stop()).toBe(0);
}, 120_000);

function preorder(number: number) {
  const metadata = number % DECLINED_EVERY === 0 ? { payment: { token: 'tok_declined' } } : {};
  const items = [{ sku: 'drop', qty: 1, price: '49.00' }];
  return { op: 'create', workflow: 'preorder', items, metadata } as const;
}

/** How many are still under way. */
async function open(pawl: PawlClient): Promise<number> {
  const [submitted, reserved] = await Promise.all([count(pawl, 'SUBMITTED'), count(pawl, 'RESERVED')]);
  return submitted + reserved;
}

async function count(pawl: PawlClient, status: string): Promise<number> {
  const page = await pawl.listOrders({ workflow: 'preorder', status, limit: 1, count: true });
  return page.total ?? Number.NaN;
}
