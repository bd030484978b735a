import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { createClient, type PawlClient } from '@pawl/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Loaded, load, type ServerProcess, startServer } from '../test/server-process.ts';

// 8,135 real orders of a marketplace, which are no part of this repository. What they must become is worked out here
// again, in another way than the loader's.

const root = fileURLToPath(new URL('../../../', import.meta.url));
const directory = resolve(root, process.env['OLIST_DIR'] ?? '../shared/data/olist');
const isThere = existsSync(`${directory}/orders.csv.gz`);
const reason = isThere ? '' : ` — skipped: no orders.csv.gz in ${directory}; set OLIST_DIR`;

const LOAD_MS = 120_000;

/** State and time of each step of an order. */
type Trail = readonly (readonly [string, string | null])[];

describe.skipIf(!isThere)(`the real orders${reason}`, () => {
  let server: ServerProcess;
  let pawl: PawlClient;
  let first: Loaded;

  beforeAll(async () => {
    server = await startServer();
    pawl = createClient({ baseUrl: server.url });
    first = await loadFiles();
  }, LOAD_MS);

  afterAll(() => server.stop());

  const loadFiles = () => {
    const file = (option: string, name: string) => [option, `${directory}/${name}.csv.gz`];
    return load([
      ...file('--orders', 'orders'),
      ...file('--items', 'order_items'),
      ...file('--payments', 'order_payments'),
      ...['--url', server.url],
    ]);
  };

  test('are all accounted for, to the cent (R2.05)', () => {
    expect(first.code, first.out + first.err).toBe(0);
    const { orders, totals } = expectedOrders();
    expect(first.out).toContain(`${grouped(orders.size)} loaded + 775 refused`);
    expect(first.out).toContain('775  no lines');
    const sum = [...totals.values()].reduce((all, cents) => all + cents, 0n);
    expect(first.out).toContain(`${grouped(sum / 100n)}.${sum % 100n}`);
  });

  test('have the trail that the files tell, each (R0.06)', async () => {
    const { orders } = expectedOrders();
    const trails = await readTrails(pawl);
    expect(trails.size).toBe(orders.size);
    for (const [id, trail] of orders) expect(trails.get(id), id).toEqual(trail);
  });

  test('have the total that the files tell, each (R2.05)', async () => {
    const { totals } = expectedOrders();
    let seen = 0;
    for await (const { external_id, amount_total } of pawl.iterateOrders({
      workflow: 'marketplace',
      limit: 100,
    })) {
      expect(cents(amount_total), String(external_id)).toBe(totals.get(external_id ?? ''));
      seen++;
    }
    expect(seen).toBe(totals.size);
  });

  test(
    'loaded again change nothing (R0.14, R2.03)',
    async () => {
      const before = await readTrails(pawl);
      const second = await loadFiles();
      expect(second.out).toBe(first.out);
      expect(second.code).toBe(0);
      expect(await readTrails(pawl)).toEqual(before);
    },
    LOAD_MS,
  );
});

async function readTrails(pawl: PawlClient): Promise<Map<string, [string, string | null][]>> {
  const trails = new Map<string, [string, string | null][]>();
  for await (const { event } of pawl.events()) {
    const { external_id, to, occurred_at } = event.data;
    const trail = trails.get(external_id ?? '') ?? [];
    trails.set(external_id ?? '', [...trail, [to, occurred_at]]);
  }
  return trails;
}

/** The orders that have lines, with their trails and totals. */
function expectedOrders(): { orders: Map<string, Trail>; totals: Map<string, bigint> } {
  const totals = new Map<string, bigint>();
  for (const [id = '', , , , , price = '', freight = ''] of rows('order_items')) {
    totals.set(id, (totals.get(id) ?? 0n) + cents(price) + cents(freight));
  }
  const loaded = rows('orders').filter(([id = '']) => totals.has(id));
  return { orders: new Map(loaded.map((row) => [row[0] ?? '', trailOf(row)])), totals };
}

function trailOf([, , status = '', bought, approved, shipped, delivered]: readonly string[]): Trail {
  const end = status.toUpperCase();
  const told: [string, string | null][] = [
    ['CREATED', time(bought)],
    ['APPROVED', time(approved)],
    ['SHIPPED', time(shipped)],
    ['DELIVERED', time(delivered)],
  ];
  const isStation = told.some(([state]) => state === end);
  const last = isStation
    ? told.findIndex(([state]) => state === end)
    : told.findLastIndex(([, occurredAt]) => occurredAt !== null);
  return [...told.slice(0, last + 1), ...(isStation ? [] : [[end, null] as const])];
}

/** The publisher’s files have no quoted commas in these columns. */
function rows(name: string): readonly (readonly string[])[] {
  const text = gunzipSync(readFileSync(`${directory}/${name}.csv.gz`)).toString();
  const lines = text.trimEnd().split(/\r?\n/).slice(1);
  return lines.map((line) => line.split(','));
}

function time(local = ''): string | null {
  return local === '' ? null : new Date(`${local.replace(' ', 'T')}-03:00`).toISOString();
}

function cents(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(2, '0'));
}

function grouped(value: number | bigint): string {
  return value.toLocaleString('en-US');
}
