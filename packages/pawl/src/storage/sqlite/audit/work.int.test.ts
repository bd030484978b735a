import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { creation } from '../../contract/samples.ts';
import { FAR_AHEAD, taskOf, timerOf, withWork } from '../../contract/work/samples.ts';
import { openSqliteAudit, openSqliteStore } from '../index.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pawl-'));
  path = join(folder, 'pawl.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An order with a task and a timer, and one with nothing under way. */
async function seed(): Promise<readonly [busy: string, idle: string]> {
  const store = openSqliteStore({ path });
  const [unit, idle] = [creation({ at: 1_700_000_000_000 }), creation({ at: 1_700_000_000_001 })];
  const busy = withWork(unit, {
    tasks: [{ kind: 'add', task: taskOf(unit.order) }],
    timers: [{ kind: 'add', timer: timerOf(unit.order, FAR_AHEAD) }],
  });
  await store.commit([busy, idle]);
  await store.close();
  return [unit.orderId, idle.orderId];
}

async function problems(sql: string): Promise<unknown[]> {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
  const audit = openSqliteAudit(path);
  const found: unknown[] = [];
  for await (const { kind, orderId } of audit.workProblems()) found.push([kind, orderId]);
  await audit.close();
  return found;
}

test('fits its orders', async () => {
  await seed();
  expect(await problems('')).toEqual([]);
});

test('is missing where an order says that it has some', async () => {
  const [busy] = await seed();
  expect(await problems('DELETE FROM tasks; DELETE FROM timers')).toEqual([
    ['tasks-missing', busy],
    ['timers-missing', busy],
  ]);
});

test('is unnoticed where an order says that it has none', async () => {
  const [busy] = await seed();
  expect(await problems('UPDATE orders SET flags = 0')).toEqual([
    ['tasks-unnoticed', busy],
    ['timers-unnoticed', busy],
  ]);
});

test('is dead exactly where an order says that it is blocked', async () => {
  const [busy, idle] = await seed();
  expect(await problems('UPDATE tasks SET dead = 1')).toEqual([['dead-tasks-unnoticed', busy]]);
  expect(await problems('UPDATE orders SET flags = flags | 2')).toEqual([['dead-tasks-missing', idle]]);
});

test('is found where there is no order', async () => {
  const [busy] = await seed();
  expect(await problems('DELETE FROM orders WHERE flags > 0')).toEqual([
    ['tasks-without-order', busy],
    ['timers-without-order', busy],
  ]);
});
