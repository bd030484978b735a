import { type LocalPostgres, startPostgres } from '@pawl/local-postgres';
import { createPawl, defineWorkflow, type Pawl } from 'pawl';
import { openPostgresStore } from 'pawl/postgres';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Ran, runPawl } from './test-tools.ts';

const parcel = defineWorkflow({
  name: 'parcel',
  initial: 'NEW',
  tasks: { 'label.print': {} },
  states: {
    NEW: { on: { print: 'PRINTING', send: 'SENT' } },
    PRINTING: { run: { task: 'label.print', timeout: { total: '30d' } }, done: 'SENT' },
    SENT: { final: true },
  },
});
const PASSWORD = 'hunter2';
const ORDERS = 3;

let server: LocalPostgres;
let pawl: Pawl;
let schemas = 0;
let schema: string;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.remove());

/** Nodes are at work on the database all the time: nothing of this needs that they stop. */
beforeEach(async () => {
  schema = `cli_${schemas++}`;
  const store = await openPostgresStore({ url: server.url, schema });
  pawl = await createPawl({ store, workflows: [parcel], taskSlots: 0 });
  const actor = await pawl.actor(await pawl.tenant('default'), 'program', 'shop', ['admin']);
  for (let order = 0; order < ORDERS; order++) {
    const made = await pawl.create({ workflow: 'parcel', items: [{ sku: 'A-1', qty: 1, price: '9.99' }] });
    if (!made.ok) throw new Error(made.rejection.code);
    await pawl.fire(made.order.id, order === 0 ? 'print' : 'send', { reason: 'because' });
  }
  await pawl.stock.change({ actor, sku: 'A-1', kind: 'set', value: 10, reason: null });
  await pawl.stock.change({ actor, sku: 'B-2', kind: 'set', value: 5, reason: null });
});
afterEach(() => pawl.close());

/** The address as an operator has it, with a password, which the server does not ask for. */
function address(): string {
  const url = new URL(server.url);
  url.password = PASSWORD;
  url.searchParams.set('schema', schema);
  return url.href;
}

async function run(words: string, database = address()): Promise<Ran> {
  const ran = await runPawl(...words.split(' '), '--database', database);
  expect(ran.out + ran.err).not.toContain(PASSWORD);
  return ran;
}

async function tamper(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.url, options: `-c search_path=${schema}` });
  await client.connect();
  await client.query(sql);
  await client.end();
}

const FIRST = '(SELECT id FROM order_bodies ORDER BY id LIMIT 1)';

describe('pawl audit verify on PostgreSQL', () => {
  it('finds a database whole', async () => {
    const out = `${ORDERS} orders, ${ORDERS * 2} events: every chain is whole\n`;
    expect(await run('audit verify')).toEqual({ code: 0, out, err: '' });
  });

  it.each([
    [
      'a reason',
      `UPDATE events SET payload = replace(payload, 'because', 'no reason') WHERE order_id = ${FIRST}`,
      'version 2: payload-hash: its payload is not what was recorded',
    ],
    ['a time', `UPDATE events SET at = at + 1 WHERE version = 2`, 'version 2: event-hash: '],
    [
      'a missing event',
      `DELETE FROM events WHERE order_id = ${FIRST} AND version = 1`,
      'version-gap: version 1 was expected, version 2 is there',
    ],
    [
      'a missing last event',
      `DELETE FROM events WHERE order_id = ${FIRST} AND version = 2`,
      'version-gap: version 2 was expected, none follows',
    ],
    [
      'a type',
      `UPDATE events SET type = 99 WHERE order_id = ${FIRST} AND version = 2`,
      'event-unreadable: version 2 has a number for which no type, state or definition stands',
    ],
    [
      'a state',
      `UPDATE orders SET place = (SELECT number FROM places WHERE status = 'NEW') WHERE id = ${FIRST}`,
      'version 2: row-status: ',
    ],
    ['an amount', `UPDATE order_bodies SET amount_total = '0.01'`, 'version 2: row-content: '],
    ['a row without a body', `DELETE FROM order_bodies WHERE id = ${FIRST}`, 'row-incomplete: '],
    ['a body that is no JSON', `UPDATE order_bodies SET items = '[' WHERE id = ${FIRST}`, 'row-unreadable: '],
    ['a definition', 'DELETE FROM definitions', 'rules-missing: '],
    [
      'an order that is gone',
      `DELETE FROM orders WHERE id = ${FIRST}`,
      'stray-event: version 2 belongs to no chain: there is no such order',
    ],
    ['its body', `DELETE FROM orders WHERE id = ${FIRST}`, 'stray-body: no row leads to its body'],
    ['its tasks', `DELETE FROM orders WHERE id = ${FIRST}`, 'tasks-without-order: '],
    ['tasks', 'DELETE FROM tasks', 'tasks-missing: its row says that it has tasks, and it has none'],
    [
      'what dead letters are listed by',
      `UPDATE orders SET attention = 4 WHERE id = ${FIRST}`,
      'attention-unfit: dead letters are listed by something else than its flags say',
    ],
  ])('says where and how it is broken: %s', async (_, sql, text) => {
    await tamper(sql);
    const { code, out, err } = await run('audit verify');
    expect([code, err]).toEqual([1, '']);
    expect(out).toMatch(/^order ord_[0-9a-z]{26} of tenant \d+: /m);
    expect(out).toContain(`: ${text}`);
    expect(out).not.toMatch(/null|undefined/);
  });
});

describe('the feed of PostgreSQL', () => {
  it.each([
    [
      'an event that is not there',
      `DELETE FROM events WHERE order_id = ${FIRST} AND version = 2`,
      /^feed: feed-event-missing: position 2 names version 2 of order ord_\w{26} of tenant 1, which is not there$/m,
    ],
    [
      'a commit that is gone',
      'DELETE FROM commits WHERE first_position = 2',
      /^feed: feed-event-unnamed: it will never show version 2 of order ord_\w{26} of tenant 1, which no commit names$/m,
    ],
    [
      'positions that are nobody’s',
      'DELETE FROM commits WHERE first_position = 2',
      /^feed: position-gap: position 2 was expected next, 3 is: those between are nobody's$/m,
    ],
  ])('is told in words, of %s', async (_, sql, line) => {
    await pawl.feed({ tenant: 1, after: 0, limit: 1 });
    await tamper(sql);
    const { code, out } = await run('audit verify');
    expect([code, out]).toEqual([1, expect.stringMatching(line)]);
    expect(out).toMatch(/, [12] places of the feed are wrong\n$/);
    expect((await run('doctor')).out).toMatch(/^feed-damaged: [12]\n/m);
  });
});

describe('pawl stock on PostgreSQL', () => {
  it('verifies balances', async () => {
    const whole = '2 SKUs, 2 movements: every balance is the sum of its movements\n';
    expect(await run('stock verify')).toEqual({ code: 0, out: whole, err: '' });
    await tamper(`UPDATE stock SET on_hand = 9 WHERE sku = 'A-1'`);
    const { code, out } = await run('stock verify');
    expect(code).toBe(1);
    expect(out).toContain(
      'SKU "A-1" of tenant 1: 9 in the house and 0 reserved (version 1), but its movements make 10 in the house',
    );
  });

  it('shows a plan and writes nothing, then repairs beside a node what it was told to', async () => {
    await tamper(`UPDATE stock SET reserved = 4 WHERE sku = 'A-1'; DELETE FROM stock WHERE sku = 'B-2'`);
    const plan = await run('stock repair');
    expect(plan.code).toBe(1);
    expect(plan.out).toContain('SKU "B-2" of tenant 1: nothing at all would become 5 in the house');
    expect(plan.out).toContain('2 SKUs to be repaired, nothing was written. Repeat with --apply\n');
    expect((await run('stock verify')).code).toBe(1);
    const deed = await run('stock repair --apply');
    expect(deed).toMatchObject({ code: 0, err: '' });
    expect(deed.out).toContain('2 SKUs repaired');
    expect(await run('stock verify')).toMatchObject({ code: 0 });
    expect(await run('stock repair --apply')).toMatchObject({
      code: 0,
      out: expect.stringContaining('nothing is to be repaired'),
    });
  });
});

describe('pawl doctor on PostgreSQL', () => {
  it('finds a database healthy in which everything waits for something', async () => {
    expect(await run('doctor')).toEqual({
      code: 0,
      out: 'Nothing is late, stands still or is damaged.\n',
      err: '',
    });
    expect(await run('doctor --quick')).toMatchObject({ code: 0 });
  });

  it('is content with a user who may only read, as the audits are', async () => {
    await tamper(`CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA ${schema} TO reader;
      GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO reader`);
    const url = new URL(address());
    url.username = 'reader';
    expect(await run('doctor', url.href)).toMatchObject({ code: 0, err: '' });
    await tamper(`UPDATE stock SET on_hand = 9 WHERE sku = 'A-1'`);
    expect(await run('stock repair', url.href)).toMatchObject({ code: 1, err: '' });
    expect(await run('stock repair --apply', url.href)).toMatchObject({
      code: 2,
      err: expect.stringContaining('the user lacks a right that Pawl needs'),
    });
  });

  it('tells what is damaged, what stands still and what is late; with --quick no damage', async () => {
    await tamper(`UPDATE stock SET on_hand = 11 WHERE sku = 'A-1';
      UPDATE events SET payload = replace(payload, 'because', 'no reason');
      UPDATE tasks SET due_at = due_at - 3600000`);
    const { code, out } = await run('doctor');
    expect(code).toBe(1);
    expect(out).toMatch(
      /^orders-damaged: 3\n[\s\S]*\n\nstock-damaged: 1\n[\s\S]*\n\ntasks-untaken label\.print: 1, the oldest for 1 h\n[\s\S]*3 findings\.\n$/,
    );
    const quick = JSON.parse((await run('doctor --quick --json')).out);
    expect(quick.findings.map(({ code: found }: { code: string }) => found)).toEqual(['tasks-untaken']);
    await tamper('DELETE FROM tasks');
    expect((await run('doctor --quick')).out).toContain('orders-without-progress: 1');
  });
});

describe.each(['audit verify', 'stock verify', 'stock repair --apply', 'doctor', 'doctor --quick --json'])(
  'pawl %s',
  (words) => {
    it('ends with 2 where there is no database to read, and says which one was meant', async () => {
      const url = new URL(address());
      url.searchParams.set('schema', 'absent');
      const { code, out, err } = await run(words, url.href);
      expect([code, out]).toEqual([2, '']);
      expect(err).toBe(
        `postgres://127.0.0.1:${server.port}/postgres: the schema absent of the database has nothing of Pawl: name another with ?schema= in DATABASE_URL\n`,
      );
      url.port = '9';
      expect(await run(words, url.href)).toMatchObject({
        code: 2,
        err: expect.stringContaining('connecting'),
      });
    });

    it('does not bring an older database up to date', async () => {
      await tamper(`UPDATE meta SET value = '1' WHERE name = 'schema'`);
      expect(await run(words)).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringContaining('let this version serve it once, which brings it up to date'),
      });
    });

    it('reads nothing of a store that no other process can read', async () => {
      expect(await run(words, 'memory:')).toMatchObject({ code: 2, err: expect.stringContaining('memory:') });
    });
  },
);
