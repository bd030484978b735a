import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Examination, Store } from '../../../ports/store.ts';
import { LOOK } from '../../contract/exercise-examination.ts';
import { creation, step } from '../../contract/samples.ts';
import { FAR_AHEAD, LONG_AGO, taskOf, timerOf, withWork } from '../../contract/work/samples.ts';
import { openSqliteExamination, openSqliteStore } from '../index.ts';

let folder: string;
let path: string;
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pawl-'));
  path = join(folder, 'pawl.db');
  store = openSqliteStore({ path });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

async function look(): Promise<Examination> {
  const opened = openSqliteExamination(path);
  try {
    return await opened.examine(LOOK);
  } finally {
    await opened.close();
  }
}

/** What somebody does to the file while no process has it. */
async function tamper(sql: string): Promise<void> {
  await store.close();
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

test('sees beside a running process what the store itself sees', async () => {
  const [open, late] = [creation({ at: LONG_AGO }), creation({ at: LONG_AGO + 1 })];
  const tasks = [{ kind: 'add', task: taskOf(late.order) }] as const;
  await store.commit([open, withWork(late, { tasks })]);
  const seen = await look();
  expect(seen).toEqual(await store.examine(LOOK));
  expect(seen).toMatchObject({
    untaken: [{ task: 'label.print', count: 1 }],
    idle: [{ orderId: open.orderId }],
  });
  const opened = openSqliteExamination(path);
  expect(await opened.load([open])).toEqual([open.order]);
  await opened.close();
});

test('looks for the tasks and timers that a row says there are', async () => {
  const unit = creation();
  const busy = withWork(unit, {
    tasks: [{ kind: 'add', task: taskOf(unit.order, { dueAt: FAR_AHEAD }) }],
    timers: [{ kind: 'add', timer: timerOf(unit.order, FAR_AHEAD) }],
  });
  await store.commit([busy]);
  await tamper('DELETE FROM tasks');
  expect((await look()).idle).toEqual([]);
  await tamper('DELETE FROM timers');
  expect((await look()).idle).toEqual([{ tenant: 1, orderId: unit.orderId }]);
});

test('says how far the index of places is behind the events', async () => {
  const unit = creation({ at: LONG_AGO });
  await store.commit([unit]);
  await store.commit([step(unit.order, 'PAID', 3)]);
  expect((await look()).projections).toEqual([{ name: 'orders_by_place', events: 4, oldestAt: LONG_AGO }]);
  await store.list({ tenant: 1, status: 'PAID', direction: 'asc', after: null, offset: 0, limit: 1 });
  expect((await look()).projections).toEqual([{ name: 'orders_by_place', events: 0, oldestAt: null }]);
});
