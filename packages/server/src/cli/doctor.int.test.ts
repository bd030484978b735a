import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createPawl, defineWorkflow, type Outcome } from 'pawl';
import { openSqliteStore } from 'pawl/sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ran, runPawl } from './test-tools.ts';

const parcel = defineWorkflow({
  name: 'parcel',
  initial: 'NEW',
  tasks: { 'label.print': {} },
  states: {
    NEW: { on: { print: 'PRINTING', hold: 'HELD', send: 'SENT' } },
    PRINTING: { run: { task: 'label.print', timeout: { total: '30d' } }, done: 'SENT' },
    HELD: { after: { '30d': 'SENT' } },
    SENT: { final: true, run: { task: 'notify', topic: 'sent' } },
  },
});
let directory: string;
let copies = 0;
/** One order in each state, and one whose task is dead in `blocked.db`. */
let printing: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'pawl-doctor-'));
  const path = join(directory, 'whole.db');
  const pawl = await createPawl({
    store: openSqliteStore({ path }),
    workflows: [parcel],
    subscriptions: { sent: ['mail'] },
    taskSlots: 0,
  });
  const actor = await pawl.actor(await pawl.tenant('default'), 'program', 'shop', ['admin']);
  const items = [{ sku: 'A-1', qty: 1, price: '9.99' }];
  for (const event of [null, 'print', 'hold', 'send']) {
    const { id } = accepted(await pawl.create({ workflow: 'parcel', items })).order;
    if (event !== null) accepted(await pawl.fire(id, event, { reason: 'because' }));
    if (event === 'print') printing = id;
  }
  await pawl.stock.change({ actor, sku: 'A-1', kind: 'set', value: 10, reason: null });
  await pawl.close();
  copyFileSync(path, join(directory, 'blocked.db'));
  await block(join(directory, 'blocked.db'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A worker takes the task and fails it for good. */
async function block(path: string): Promise<void> {
  const pawl = await createPawl({ store: openSqliteStore({ path }), taskSlots: 0 });
  const actor = await pawl.actor(1, 'program', 'worker', ['worker']);
  const claimed = await pawl.tasks.claim({ actor, names: ['label.print'], limit: 1, leaseMs: 1_000 });
  const task = claimed.ok ? claimed.tasks[0]?.task : undefined;
  if (task === undefined) throw new Error('there is no task to fail');
  const outcome = { kind: 'failed', reason: 'no paper' } as const;
  const command = { kind: 'end-task', taskId: task.id, token: task.token, outcome } as const;
  accepted(await pawl.submit({ tenant: 1, orderId: task.orderId, actor, command }));
  await pawl.close();
}

function accepted(outcome: Outcome) {
  if (!outcome.ok) throw new Error(outcome.rejection.code);
  return outcome;
}

function doctor(path: string, ...options: string[]): Promise<Ran> {
  return runPawl('doctor', ...options, '--database', `sqlite:${path}`);
}

/** A copy of the database on which somebody has run a statement. */
function tampered(sql: string, of = 'whole'): string {
  const path = join(directory, `copy-${++copies}.db`);
  copyFileSync(join(directory, `${of}.db`), path);
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
  return path;
}

const AN_HOUR_AGO = `(unixepoch() - 3600) * 1000`;
const PRINTING = `WHERE name = 'label.print'`;

describe('pawl doctor', () => {
  it('finds a database healthy in which everything waits for something', async () => {
    const path = join(directory, 'whole.db');
    expect(await doctor(path)).toEqual({
      code: 0,
      out: 'Nothing is late, stands still or is damaged.\n',
      err: '',
    });
    expect(await doctor(path, '--quick')).toMatchObject({
      code: 0,
      out: 'Nothing is late or stands still. Hashes and sums of stock were left out.\n',
    });
    const { code, out } = await doctor(path, '--json');
    expect([code, JSON.parse(out)]).toEqual([
      0,
      { healthy: true, quick: false, examined_at: expect.stringMatching(/^\d{4}-.*Z$/), findings: [] },
    ]);
  });

  it.each([
    [
      'orders-damaged',
      `UPDATE events SET payload = replace(payload, 'because', 'no reason')`,
      '`pawl audit verify`',
    ],
    ['orders-damaged', `DELETE FROM tasks; UPDATE order_bodies SET items = '['`, '`pawl audit verify`'],
    ['stock-damaged', 'UPDATE stock SET on_hand = 11', '`pawl stock repair --apply`'],
    ['orders-without-rules', 'DELETE FROM definitions', '`PUT /workflows/{name}`'],
    ['orders-without-progress', `DELETE FROM tasks ${PRINTING}`, 'restore a backup'],
    ['orders-unsettled', `DELETE FROM tasks WHERE name = 'queue:mail'`, 'restore a backup'],
    ['tasks-untaken label.print', `UPDATE tasks SET due_at = ${AN_HOUR_AGO} ${PRINTING}`, '`label.print`'],
    [
      'tasks-untaken queue:mail',
      `UPDATE tasks SET due_at = ${AN_HOUR_AGO} WHERE name = 'queue:mail'`,
      '`queue:mail`',
    ],
    [
      'tasks-past-lease label.print',
      `UPDATE tasks SET token = 1, lease_until = ${AN_HOUR_AGO} ${PRINTING}`,
      'Start what carries out `label.print`',
    ],
    ['tasks-past-deadline', `UPDATE tasks SET deadline = ${AN_HOUR_AGO} ${PRINTING}`, '`TASK_SLOTS`'],
    [
      'orphans-past-lease',
      `UPDATE tasks SET orphan = 1, token = 1, lease_until = ${AN_HOUR_AGO} ${PRINTING}`,
      '`TASK_SLOTS`',
    ],
    ['timers-past-due', `UPDATE timers SET due_at = ${AN_HOUR_AGO}`, '`TASK_SLOTS`'],
    ['projection-behind', 'UPDATE projections SET position = -20000', 'Nothing is lost'],
  ])('tells %s, and what to do', async (title, sql, advice) => {
    const { code, out, err } = await doctor(tampered(sql));
    expect([code, err]).toEqual([1, '']);
    const finding = out.split('\n\n').find((part) => part.startsWith(`${title}: `));
    expect(finding?.split('\n').at(-1), out).toContain(advice);
    if (sql.includes(AN_HOUR_AGO)) expect(finding).toMatch(/: 1, the oldest for 1 h\n/);
  });

  it('finds orders without rules well again once their definition was deployed as it was', async () => {
    const path = tampered('DELETE FROM definitions');
    expect((await doctor(path)).code).toBe(1);
    await (await createPawl({ store: openSqliteStore({ path }), workflows: [parcel], taskSlots: 0 })).close();
    expect((await doctor(path)).code).toBe(0);
  });

  it('tells orders that wait for an operator, as one finding', async () => {
    const { code, out } = await doctor(join(directory, 'blocked.db'));
    expect(code).toBe(1);
    expect(out).toMatch(
      /^orders-blocked: 1, the oldest for \d+ s\n {2}A dead task waits for an operator\.\n {2}ord_\w{26} of tenant 1\n {2}`GET \/dead-letters` .*\n\n1 finding\.\n$/,
    );
    expect(out).toContain(printing);
  });

  it('leaves hashes and sums out with --quick, and says so', async () => {
    const path = tampered(`UPDATE events SET at = at + 1; UPDATE stock SET on_hand = 11`);
    expect((await doctor(path, '--quick')).code).toBe(0);
    const { code, out } = await doctor(path);
    expect(code).toBe(1);
    expect(out).toMatch(
      /^orders-damaged: 4\n[\s\S]*Some: [\s\S]*\n\nstock-damaged: 1\n[\s\S]*A-1 of tenant 1\n[\s\S]*2 findings\.\n$/,
    );
  });

  it('answers one object with --json', async () => {
    const { code, out } = await doctor(
      tampered(`UPDATE tasks SET due_at = ${AN_HOUR_AGO} ${PRINTING}`),
      '--quick',
      '--json',
    );
    const report = JSON.parse(out);
    expect(code).toBe(1);
    expect(report).toMatchObject({ healthy: false, quick: true });
    expect(report.findings).toEqual([
      {
        code: 'tasks-untaken',
        task: 'label.print',
        count: 1,
        at_least: false,
        oldest_at: expect.stringMatching(/^\d{4}-.*\.000Z$/),
        examples: [{ tenant: 1, id: `${printing}:2:0` }],
        meaning: 'The task is due, and nobody takes it.',
        advice: expect.stringContaining('`label.print`'),
      },
    ]);
  });

  it('works on a database that is in use, and changes nothing in it', async () => {
    const path = tampered(`UPDATE timers SET due_at = ${AN_HOUR_AGO}`);
    const store = openSqliteStore({ path });
    const pawl = await createPawl({ store, taskSlots: 0 });
    expect(await doctor(path)).toMatchObject({ code: 1, out: expect.stringContaining('timers-past-due: 1') });
    expect((await store.peekWork({ names: [], limit: 9 })).timers).toHaveLength(1);
    await pawl.close();
  });

  it('ends with 2 where there is no database to read', async () => {
    const absent = join(directory, 'absent.db');
    expect(await doctor(absent)).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('absent.db'),
    });
    expect(await doctor(absent, '--quick')).toMatchObject({ code: 2, out: '' });
    expect(await doctor(directory, '--quick', '--json')).toMatchObject({ code: 2, out: '' });
  });
});
