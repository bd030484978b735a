import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyChain } from '../../../order/chain.ts';
import type { Order } from '../../../order/order.ts';
import { orderIdFromBytes } from '../../../order/order-id.ts';
import type { AuditedOrder, StrayBody, StrayEvent } from '../../../ports/audit.ts';
import { createSystemRandom, systemClock, systemDigest } from '../../../ports/system.ts';
import { creation, step } from '../../contract/samples.ts';
import { openSqliteAudit, openSqliteStore } from '../index.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pawl-'));
  path = join(folder, 'pawl.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Three orders of four events each, their events at positions 1–3 and then by order. */
async function seed(): Promise<void> {
  const store = openSqliteStore({ path, clock: systemClock, random: createSystemRandom() });
  await store.internActor(1, 'program', 'tester');
  const units = [0, 1, 2].map((index) => creation({ at: 1_700_000_000_000 + index }));
  await store.commit(units);
  await store.commit(units.map(({ order }) => step(order, 'PAID', 3)));
  await store.close();
}

function tamper(sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

async function audit(): Promise<{ orders: AuditedOrder[]; strays: StrayEvent[]; bodies: StrayBody[] }> {
  const opened = openSqliteAudit(path);
  const [orders, strays, bodies]: [AuditedOrder[], StrayEvent[], StrayBody[]] = [[], [], []];
  for await (const order of opened.each()) orders.push(order);
  for await (const stray of opened.strays()) strays.push(stray);
  for await (const body of opened.strayBodies()) bodies.push(body);
  expect(opened.orders).toBe(orders.length);
  await opened.close();
  return { orders, strays, bodies };
}

test('shows every order with the chain that verifies', async () => {
  await seed();
  const { orders, strays, bodies } = await audit();
  expect([...strays, ...bodies]).toEqual([]);
  for (const { row, events, problems } of orders) {
    expect(problems).toEqual([]);
    expect(row === null ? null : verifyChain(row, events, systemDigest)).toEqual([]);
  }
});

test.each([
  [
    'an event that was deleted',
    'DELETE FROM events WHERE position = 5',
    [{ kind: 'link-broken', position: 5 }],
  ],
  [
    'a link into another order',
    'UPDATE events SET previous_position = 2 WHERE position = 5',
    [{ kind: 'link-foreign', position: 2 }],
  ],
  [
    'a link that goes round',
    'UPDATE events SET previous_position = 6 WHERE position = 5',
    [{ kind: 'link-repeated', position: 6 }],
  ],
  [
    'a version that is there twice',
    'UPDATE events SET version = 3 WHERE position = 4',
    [{ kind: 'version-gap', position: 4, expected: 2, found: 3 }],
  ],
  ['an order whose body is gone', 'DELETE FROM order_bodies WHERE number = 1', [{ kind: 'row-incomplete' }]],
  [
    'a body that is no JSON',
    "UPDATE order_bodies SET items = '[' WHERE number = 1",
    [{ kind: 'row-unreadable' }],
  ],
  [
    'an order that lists by state do not show',
    'DELETE FROM orders_by_place WHERE id = (SELECT id FROM order_bodies WHERE number = 1)',
    [{ kind: 'row-unlisted' }],
  ],
])('finds %s', async (_, sql, expected) => {
  await seed();
  tamper(sql);
  const [first] = (await audit()).orders;
  expect(first?.problems).toMatchObject(expected);
});

test('does not expect of the index of places what it has not reached yet', async () => {
  await seed();
  tamper('DELETE FROM orders_by_place; UPDATE projections SET position = 5');
  // The first order's last event is at position 6.
  expect((await audit()).orders.flatMap(({ problems }) => problems)).toEqual([]);
});

test('finds a payload that is no JSON by its hash', async () => {
  await seed();
  tamper("UPDATE events SET payload = '{' WHERE position = 4");
  const [first] = (await audit()).orders;
  expect(first?.problems).toEqual([]);
  expect(verifyChain(first?.row as Order, first?.events ?? [], systemDigest)).toMatchObject([
    { kind: 'payload-hash', version: 2 },
  ]);
});

test('finds bodies that no order leads to', async () => {
  await seed();
  const columns =
    'tenant, workflow_version, workflow_hash, created_at, currency, amount_total, items, metadata';
  tamper(`
    INSERT INTO order_bodies (number, id, ${columns}) SELECT 77, id, ${columns} FROM order_bodies WHERE number = 2;
    INSERT INTO order_bodies (number, id, ${columns}) SELECT 78, zeroblob(16), ${columns} FROM order_bodies WHERE number = 2`);
  const { orders, bodies } = await audit();
  expect(bodies.map(({ number, orderId }) => [number, orderId])).toEqual([
    [77, orders[1]?.orderId],
    [78, orderIdFromBytes(new Uint8Array(16))],
  ]);
});

test('finds events that no chain leads to, and says what they are', async () => {
  await seed();
  const columns = 'tenant, order_id, type, place_to, at, actor, workflow_hash, payload_hash, hash';
  const copy = (version: number, id: string) =>
    `INSERT INTO events (version, ${columns}) SELECT ${version}, ${columns.replace('order_id', id)} FROM events WHERE position = 4;`;
  tamper(copy(2, 'order_id') + copy(9, 'order_id') + copy(1, 'zeroblob(16)'));
  const { strays } = await audit();
  expect(strays.map(({ position, version, kind }) => [position, version, kind])).toEqual([
    [13, 2, 'duplicate'],
    [14, 9, 'beyond'],
    [15, 1, 'no-order'],
  ]);
});
