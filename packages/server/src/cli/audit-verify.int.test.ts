import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createPawl, createSystemRandom, systemClock } from 'pawl';
import { openSqliteStore } from 'pawl/sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ran, runPawl } from './test-tools.ts';

const ORDERS = 20;
const retail = {
  name: 'mini',
  initial: 'A',
  states: { A: { on: { go: 'B' } }, B: { on: { end: 'C' } }, C: { final: true } },
};
let directory: string;
let copies = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'pawl-audit-'));
  const store = openSqliteStore({
    path: join(directory, 'whole.db'),
    clock: systemClock,
    random: createSystemRandom(),
  });
  const pawl = await createPawl({ store, workflows: [retail] });
  for (let i = 0; i < ORDERS; i++) {
    const created = await pawl.create({ workflow: 'mini', items: [{ sku: 'A-1', qty: 1, price: '9.99' }] });
    if (!created.ok) throw new Error(created.rejection.code);
    await pawl.fire(created.order.id, 'go', { reason: 'because' });
    await pawl.fire(created.order.id, 'end');
  }
  await pawl.close();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function verify(path: string): Promise<Ran> {
  return runPawl('audit', 'verify', '--database', `sqlite:${path}`);
}

/** A copy of the database on which somebody has run a statement. */
function tampered(sql: string): string {
  const path = join(directory, `copy-${++copies}.db`);
  copyFileSync(join(directory, 'whole.db'), path);
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
  return path;
}

describe('pawl audit verify (R0.06, R2.13)', () => {
  it('finds a database whole', async () => {
    expect(await verify(join(directory, 'whole.db'))).toEqual({
      code: 0,
      out: `${ORDERS} orders, ${ORDERS * 3} events: every chain is whole\n`,
      err: '',
    });
  });

  it('finds it whole after a payload was erased together with its salt', async () => {
    expect(
      await verify(tampered('UPDATE events SET payload = NULL, salt = NULL WHERE position = 2')),
    ).toMatchObject({
      code: 0,
    });
  });

  it.each([
    [
      'a reason',
      `UPDATE events SET payload = replace(payload, 'because', 'no reason') WHERE position = 2`,
      'payload-hash',
      1,
    ],
    ['a time', 'UPDATE events SET at = at + 1 WHERE position = 3', 'event-hash', 1],
    ['an actor', 'UPDATE events SET actor = actor + 1 WHERE position = 3', 'event-hash', 1],
    ['a hash', `UPDATE events SET hash = zeroblob(32) WHERE position = 1`, 'event-hash', 1],
    ['the hash of a row', `UPDATE orders SET last_hash = zeroblob(32)`, 'row-hash', ORDERS],
    [
      'a state',
      `UPDATE orders SET place = (SELECT place FROM places WHERE status = 'A')`,
      'row-status',
      ORDERS,
    ],
    ['a missing event', 'DELETE FROM events WHERE position = 2', 'link-broken', 1],
    [
      'a link to another order',
      'UPDATE events SET previous_position = 1 WHERE position = 6',
      'link-foreign',
      1,
    ],
    ['a version', 'UPDATE events SET version = 7 WHERE position = 2', 'version-gap', 1],
    ['a row without a body', 'DELETE FROM order_bodies WHERE number = 1', 'row-incomplete', 1],
    ['the index of places', 'DELETE FROM orders_by_place', 'row-unlisted', ORDERS],
    ['an amount', `UPDATE order_bodies SET amount_total = '0.01' WHERE number = 1`, 'row-content', 1],
    ['a flag', 'UPDATE orders SET flags = 0', 'row-content', ORDERS],
    [
      'a definition',
      `UPDATE definitions SET content = replace(content, 'true', 'false')`,
      'rules-missing',
      ORDERS,
    ],
    ['no definition', `UPDATE definitions SET content = '{'`, 'rules-missing', ORDERS],
  ])('says where and how it is broken: %s', async (_what, sql, kind, broken) => {
    const { code, out } = await verify(tampered(sql));
    expect(code).toBe(1);
    expect(out).toMatch(new RegExp(`^order ord_[0-9a-z]{26} of tenant \\d+: .*${kind}: `, 'm'));
    expect(out).toContain(`${broken} orders are broken`);
  });

  it.each([
    ['externalId', 'UPDATE order_bodies SET external_id = number'],
    ['customerId', `UPDATE order_bodies SET customer_id = 'c-9'`],
    ['currency', `UPDATE order_bodies SET currency = 'JPY'`],
    ['items', `UPDATE order_bodies SET items = replace(items, '9.99', '0.01')`],
    ['metadata', `UPDATE order_bodies SET metadata = '{"paid":true}'`],
    ['workflowVersion', 'UPDATE order_bodies SET workflow_version = 2'],
    ['createdAt', 'UPDATE order_bodies SET created_at = created_at + 1'],
    ['updatedAt', 'UPDATE orders SET updated_at = updated_at + 1'],
    ['enteredVersion', 'UPDATE orders SET entered_version = 1'],
    ['settled, blocked', 'UPDATE orders SET flags = 2'],
  ])('names what of a row its events do not make: %s', async (members, sql) => {
    const { code, out } = await verify(tampered(sql));
    expect(code).toBe(1);
    expect(out).toContain(`version 3: row-content: its events make another ${members} than the row has`);
    expect(out).toContain(`${ORDERS} orders are broken`);
  });

  it('finds bodies that no order leads to', async () => {
    const { code, out } = await verify(tampered('UPDATE orders SET body = 1'));
    expect(code).toBe(1);
    expect(out).toMatch(/stray-body: no row leads to the body with number 2\n/);
    expect(out).toContain(`0 events belong to no chain, ${ORDERS - 1} bodies to no order`);
  });

  it('finds events that no chain leads to', async () => {
    const columns =
      'tenant, order_id, version, type, event, place_from, place_to, at, actor, workflow_hash, previous_position, payload_hash, hash';
    const { code, out } = await verify(
      tampered(`INSERT INTO events (${columns}) SELECT ${columns} FROM events WHERE position = 3`),
    );
    expect(code).toBe(1);
    expect(out).toMatch(
      /stray-event: version 3 at position \d+ belongs to no chain: the order has another event/,
    );
    expect(out).toContain('0 orders are broken, 1 events belong to no chain');
  });

  it('finds rows that say what their tasks and timers do not', async () => {
    const { code, out } = await verify(
      tampered('UPDATE orders SET flags = flags | 24 WHERE id = (SELECT min(id) FROM orders)'),
    );
    expect(code).toBe(1);
    expect(out).toContain('tasks-missing: its row says that it has tasks, and it has none');
    expect(out).toContain('timers-missing');
    expect(out).toContain('2 rows do not fit their tasks or timers');
  });

  it('ends with 2 where there is no database to verify', async () => {
    expect(await verify(join(directory, 'absent.db'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('absent.db'),
    });
    expect(await verify(directory)).toMatchObject({ code: 2 });
    expect(await runPawl('audit', 'verify', '--database', 'postgres://u:hunter2@h/d')).toMatchObject({
      code: 2,
    });
  });

  it('works on a database that is in use', async () => {
    const path = tampered('SELECT 1');
    const store = openSqliteStore({ path, clock: systemClock, random: createSystemRandom() });
    const pawl = await createPawl({ store });
    await pawl.create({ workflow: 'mini', items: [{ sku: 'A-1', qty: 1, price: '1' }] });
    expect(await verify(path)).toMatchObject({
      code: 0,
      out: expect.stringContaining(`${ORDERS + 1} orders`),
    });
    await pawl.close();
  });
});
