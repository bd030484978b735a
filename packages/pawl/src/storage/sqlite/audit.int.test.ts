import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyChain } from '../../order/chain.ts';
import { createSystemRandom, systemClock, systemDigest } from '../../ports/system.ts';
import { creation, step } from '../contract/samples.ts';
import { type AuditedOrder, openSqliteAudit, openSqliteStore, type StrayEvent } from './index.ts';

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

async function audit(): Promise<{ orders: AuditedOrder[]; strays: StrayEvent[] }> {
  const opened = openSqliteAudit(path);
  const [orders, strays]: [AuditedOrder[], StrayEvent[]] = [[], []];
  for await (const order of opened.each()) orders.push(order);
  for await (const stray of opened.strays()) strays.push(stray);
  expect(opened.orders).toBe(orders.length);
  opened.close();
  return { orders, strays };
}

test('shows every order with the chain that verifies', async () => {
  await seed();
  const { orders, strays } = await audit();
  expect(strays).toEqual([]);
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
])('finds %s', async (_, sql, expected) => {
  await seed();
  tamper(sql);
  const [first] = (await audit()).orders;
  expect(first?.problems).toMatchObject(expected);
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
