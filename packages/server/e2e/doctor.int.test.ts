import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { createClient } from '@pawl/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseStrictly } from '../src/telemetry/strict-exposition.ts';
import { databaseIn, type ServerProcess, startServer, temporaryDir } from './server-process.ts';

const MAIN = fileURLToPath(new URL('../src/main.js', import.meta.url));
/** The first look comes within fifteen seconds of the start; a machine may be slow. */
const LOOK_MS_MAX = 45_000;
const PARCEL = {
  name: 'parcel',
  initial: 'NEW',
  tasks: { 'label.print': {} },
  states: {
    NEW: { on: { print: 'PRINTING' } },
    PRINTING: { run: { task: 'label.print' }, done: 'SENT' },
    SENT: { final: true },
  },
};

const dir = temporaryDir();
let server: ServerProcess;

beforeAll(() => {
  mkdirSync(join(dir, 'workflows'));
  writeFileSync(join(dir, 'workflows', 'parcel.json'), JSON.stringify(PARCEL));
});
afterAll(async () => {
  await server.stop();
  rmSync(dir, { recursive: true, force: true });
});

const start = () => startServer({ dir, env: { WORKFLOWS_DIR: join(dir, 'workflows') } });

async function doctor(...options: string[]): Promise<{ code: unknown; out: string }> {
  const args = [MAIN, 'doctor', '--database', `sqlite:${databaseIn(dir)}`, ...options];
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, out) => resolve({ code: error?.code ?? 0, out }));
  });
}

/** New orders, the last of them damaged later. */
async function seed(): Promise<readonly string[]> {
  const pawl = createClient({ baseUrl: server.url });
  const ids: string[] = [];
  for (let count = 0; count < 3; count++) {
    const items = [{ sku: 'A-1', qty: 1, price: '9.99' }];
    const { order } = await pawl.createOrder({ workflow: 'parcel', items });
    await pawl.send(order.order_id, 'print', { reason: 'secret reason' });
    ids.push(order.order_id);
  }
  await pawl.stock.set('A-1', 10);
  return ids;
}

function tamper(sql: string): void {
  const database = new DatabaseSync(databaseIn(dir));
  database.exec(sql);
  database.close();
}

async function metric(name: string): Promise<number | undefined> {
  const page = await (await fetch(`${server.url}/metrics`)).text();
  return parseStrictly(page).samples.get(name);
}

it('what is wrong shows in metrics, in the log and to pawl doctor beside the server', async () => {
  server = await start();
  const [, gone, damaged] = await seed();
  expect(await doctor()).toEqual({ code: 0, out: 'Nothing is late, stands still or is damaged.\n' });
  expect(await server.stop()).toBe(0);

  const bytes = `(SELECT order_id FROM tasks ORDER BY order_id LIMIT 1 OFFSET 1)`;
  tamper(`
    DELETE FROM tasks WHERE order_id = ${bytes};
    UPDATE tasks SET due_at = due_at - 3600000;
    UPDATE events SET payload = replace(payload, 'secret', 'another') WHERE position = (SELECT max(position) FROM events);
    UPDATE stock SET on_hand = 11`);
  server = await start();
  const found = {
    'pawl_tasks_untaken{task="label.print"}': 2,
    pawl_orders_without_progress: 1,
    pawl_damaged_orders: 1,
    pawl_damaged_skus: 1,
    pawl_orders_blocked: 0,
    pawl_feed_lag_events: 0,
  };
  for (const [name, value] of Object.entries(found))
    await expect.poll(() => metric(name), { timeout: LOOK_MS_MAX, interval: 200 }).toBe(value);
  expect(await metric('pawl_audited_orders_total')).toBeGreaterThanOrEqual(3);

  const { code, out } = await doctor('--json');
  const { findings } = JSON.parse(out);
  expect(code).toBe(1);
  // The row of the order whose task is gone says that it has one: the whole audit finds that as well.
  expect(findings.map((one: { code: string; count: number }) => [one.code, one.count])).toEqual([
    ['orders-damaged', 2],
    ['stock-damaged', 1],
    ['orders-without-progress', 1],
    ['tasks-untaken', 2],
  ]);
  expect(await server.stop()).toBe(0);

  const log = readFileSync(join(dir, 'server.log'), 'utf8');
  const told = log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
    .filter(({ message }) => /damaged|stands still/.test(message ?? ''));
  expect(told).toHaveLength(3);
  expect(told).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ level: 'ERROR', message: 'an order stands still', order_id: gone }),
      expect.objectContaining({ level: 'ERROR', message: 'an order is damaged', order_id: damaged }),
      expect.objectContaining({ level: 'ERROR', message: 'the stock of a SKU is damaged', sku: 'A-1' }),
    ]),
  );
  expect(log).not.toContain('secret reason');
}, 120_000);
