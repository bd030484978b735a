import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observeStore } from '../../engine/observed-store.ts';
import { createPawl } from '../../pawl.ts';
import { type StockKey, type Store, StoreUnavailableError } from '../../ports/store.ts';
import { systemClock, systemDigest } from '../../ports/system.ts';
import { openSqliteStore } from '../../storage/sqlite/index.ts';
import { altered, DEMO, ITEMS, orderOf } from '../../testing/trial.ts';
import { createRules } from '../rules.ts';
import type { Beat, Damage } from './beat.ts';
import { auditWalk } from './walk.ts';

/** More than one page of a list, and more than one look at a chain or a ledger. */
const ORDERS = 20;
const STEPS = 140;
const MOVEMENTS = 150;

let folder: string;
let copies = 0;
/** By creation; the first has a long chain, the last belongs to the second tenant. */
const ids: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pawl-walk-'));
  const pawl = await createPawl({
    store: openSqliteStore({ path: join(folder, 'whole.db') }),
    workflows: [DEMO],
  });
  const actor = await pawl.actor(await pawl.tenant('default'), 'program', 'tester', ['admin']);
  const other = await pawl.actor(await pawl.tenant('other'), 'program', 'tester', ['admin']);
  for (let count = 0; count < ORDERS; count++) {
    const by = count === ORDERS - 1 ? other : actor;
    ids.push(orderOf(await pawl.create({ workflow: 'demo', items: ITEMS }, by)).id);
  }
  for (let count = 0; count < STEPS; count++)
    await pawl.fire(ids[0] as string, count % 2 === 0 ? 'pay' : 'refund', { reason: 'because' }, actor);
  const stock = (sku: string, value: number, kind: 'set' | 'adjust' = 'set', by = actor) =>
    pawl.stock.change({ actor: by, sku, kind, value, reason: null });
  await stock('A', 1_000);
  for (let count = 1; count < MOVEMENTS; count++) await stock('A', -1, 'adjust');
  await stock('B', 5);
  await stock('A', 7, 'set', other);
  await pawl.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A store on a copy on which somebody has run a statement. */
async function onCopy<T>(sql: string, use: (store: Store) => Promise<T>): Promise<T> {
  const path = join(folder, `copy-${++copies}.db`);
  copyFileSync(join(folder, 'whole.db'), path);
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
  const store = openSqliteStore({ path });
  try {
    // A plain object, some of whose calls a test can replace.
    return await use(observeStore(store, systemClock, () => undefined));
  } finally {
    await store.close();
  }
}

async function beatsOf(store: Store, beats: Beat[] = []): Promise<Beat[]> {
  const rules = createRules(() => store.definitions(0), systemDigest);
  for await (const beat of auditWalk({ store, rules, digest: systemDigest, tenants: [1, 2] }))
    beats.push(beat);
  return beats;
}

async function damageOf(store: Store): Promise<Damage[]> {
  return (await beatsOf(store)).flatMap(({ damage }) => damage ?? []);
}

describe('a walk over a whole database', () => {
  it('verifies every order and every SKU of every tenant once, and finds no damage', async () => {
    const beats = await onCopy('', (store) => beatsOf(store));
    expect(beats.flatMap(({ damage }) => damage ?? [])).toEqual([]);
    expect(beats.filter(({ ended }) => ended === 'order')).toHaveLength(ORDERS);
    expect(beats.filter(({ ended }) => ended === 'sku')).toHaveLength(3);
  });

  it('goes in small pieces, however long a chain or a ledger is', async () => {
    const works = (await onCopy('', (store) => beatsOf(store))).map(({ work }) => work);
    expect(Math.max(...works)).toBeLessThanOrEqual(100);
    const total = works.reduce((sum, work) => sum + work, 0);
    expect(total).toBeGreaterThan(ORDERS + STEPS + MOVEMENTS);
  });

  it('is content with what was erased', async () => {
    expect(
      await onCopy('UPDATE events SET payload = NULL, salt = NULL WHERE position = 30', damageOf),
    ).toEqual([]);
  });
});

describe('a walk over a damaged database', () => {
  const first = () => ({ kind: 'order', tenant: 1, id: ids[0] }) as const;

  it.each([
    [
      'a payload',
      `UPDATE events SET payload = replace(payload, 'because', 'no reason') WHERE position = 60`,
      'payload-hash',
    ],
    ['a head', 'UPDATE events SET at = at + 1 WHERE position = 60', 'event-hash'],
    ['a missing event', 'DELETE FROM events WHERE position = 60', 'version-gap'],
    ['the hash of a row', 'UPDATE orders SET last_hash = zeroblob(32) WHERE version > 1', 'row-hash'],
    [
      'a state',
      `UPDATE orders SET place = (SELECT place FROM places WHERE status = 'PAID') WHERE version > 1`,
      'row-status',
    ],
    ['whether it is settled', 'UPDATE orders SET flags = 1 WHERE version > 1', 'row-content'],
    ['an amount', `UPDATE order_bodies SET amount_total = '0.01' WHERE number = 1`, 'row-content'],
  ])('finds that somebody has changed %s', async (_, sql, fault) => {
    const damage = await onCopy(sql, damageOf);
    expect(damage).toMatchObject([first()]);
    expect(damage[0]?.faults.join()).toContain(`${fault}: `);
  });

  it('finds the orders of a definition that does not say any more what it said', async () => {
    const damage = await onCopy(
      `UPDATE definitions SET content = replace(content, 'true', 'false')`,
      damageOf,
    );
    expect(damage).toHaveLength(ORDERS);
    expect(damage[0]?.faults).toEqual([expect.stringContaining('rules-missing: ')]);
  });

  it.each([
    ['A', `UPDATE stock SET on_hand = on_hand + 1 WHERE sku = 'A' AND tenant = 1`, '852 in', '851 in'],
    ['A', `DELETE FROM stock_movements WHERE position = 3`, '851 in', '852 in'],
    ['B', `DELETE FROM stock_movements WHERE sku = 'B'`, '5 in', 'nothing at all$'],
  ])('finds that the balance of %s is not the sum of its movements', async (sku, sql, has, made) => {
    const damage = await onCopy(sql, damageOf);
    expect(damage).toMatchObject([{ kind: 'sku', tenant: 1, id: sku }]);
    const text = new RegExp(`^${has} .* but its movements make ${made}`);
    expect(damage[0]?.faults).toEqual([expect.stringMatching(text)]);
  });

  it('finds an event that cannot be read, and goes on after its order', async () => {
    const beats = await onCopy(`UPDATE events SET payload = '{' WHERE position = 60`, beatsOf);
    expect(beats.flatMap(({ damage }) => damage ?? [])).toMatchObject([
      { ...first(), faults: ['unreadable: it or its events hold what cannot be read'] },
    ]);
    expect(beats.filter(({ ended }) => ended === 'order')).toHaveLength(ORDERS);
  });

  it('passes over rows that cannot be read, and says behind which order they are', async () => {
    const beats = await onCopy(`UPDATE order_bodies SET items = '[' WHERE number IN (5, 6)`, beatsOf);
    expect(beats.flatMap(({ damage }) => damage ?? [])).toEqual([
      {
        kind: 'order',
        tenant: 1,
        id: ids[3],
        faults: [`unreadable: 2 orders after ${ids[3]} cannot be read`],
      },
    ]);
    expect(beats.filter(({ ended }) => ended === 'order')).toHaveLength(ORDERS - 2);
  });

  it('goes on with the next tenant where many orders in a row cannot be read', async () => {
    const beats = await onCopy(
      `UPDATE order_bodies SET items = '[' WHERE tenant = 1 AND number > 2`,
      beatsOf,
    );
    const fault = `unreadable: 16 orders after ${ids[1]} cannot be read, and those behind them were not looked at`;
    expect(beats.flatMap(({ damage }) => damage ?? [])).toMatchObject([{ id: ids[1], faults: [fault] }]);
    expect(beats.filter(({ ended }) => ended === 'order')).toHaveLength(3);
  });

  it('comes to its end where the last order cannot be read', async () => {
    const damage = await onCopy(`UPDATE order_bodies SET items = '[' WHERE number = ${ORDERS}`, damageOf);
    expect(damage).toMatchObject([
      { tenant: 2, id: '', faults: ['unreadable: 1 orders at the beginning cannot be read'] },
    ]);
  });
});

describe('a walk beside commands', () => {
  /** A store in which an order moves, or a SKU, whenever its row or its ledger is read, so many times. */
  async function beside(moves: number, use: (store: Store) => Promise<void>, sql = ''): Promise<void> {
    await onCopy(sql, async (store) => {
      const pawl = await createPawl({ store: altered(store, { close: async () => undefined }) });
      const actor = await pawl.actor(1, 'program', 'tester', ['admin']);
      const left = { load: moves, balance: moves, ledger: moves };
      const load: Store['load'] = async (keys) => {
        const orders = await store.load(keys);
        const event = orders[0]?.status === 'PAID' ? 'refund' : 'pay';
        if (keys[0]?.orderId === ids[0] && left.load-- > 0)
          orderOf(await pawl.fire(ids[0] as string, event, {}, actor));
        return orders;
      };
      const moveStock = async ({ tenant, sku }: StockKey, when: 'balance' | 'ledger'): Promise<void> => {
        if (tenant === 1 && sku === 'A' && left[when]-- > 0)
          await pawl.stock.change({ actor, sku, kind: 'adjust', value: 1, reason: null });
      };
      const loadStock: Store['loadStock'] = async (keys) => {
        for (const key of keys) await moveStock(key, 'balance');
        return store.loadStock(keys);
      };
      const movements: Store['movements'] = async (query) => {
        if (query.limit > 1) await moveStock(query, 'ledger');
        return store.movements(query);
      };
      await use(altered(store, { load, loadStock, movements }));
      await pawl.close();
    });
  }

  it('finds no damage where an order or a SKU moves meanwhile', async () => {
    for (const moves of [1, 2, 3, 1_000])
      await beside(moves, async (store) => expect(await damageOf(store), String(moves)).toEqual([]));
  });

  it('finds the damage of an order that always moves', async () => {
    const sql = `UPDATE events SET payload = replace(payload, 'because', 'no reason') WHERE position = 60`;
    await beside(1_000, async (store) => expect(await damageOf(store)).toMatchObject([{ id: ids[0] }]), sql);
  });

  it.each([
    ['tells', 0],
    ['does not tell', 1],
  ])('%s a fault that is not there any more once the order has moved', async (_, moves) => {
    await onCopy('', async (store) => {
      const pawl = await createPawl({ store: altered(store, { close: async () => undefined }) });
      let reads = 0;
      const trail: Store['trail'] = async (query) => {
        const events = await store.trail(query);
        if (query.orderId !== ids[1] || reads++ > 0) return events;
        if (moves > 0) orderOf(await pawl.fire(ids[1] as string, 'pay'));
        return events.map((event) => ({ ...event, hash: '' }));
      };
      expect(await damageOf(altered(store, { trail }))).toHaveLength(1 - moves);
      await pawl.close();
    });
  });

  it('is ended by an outage, which is no damage', async () => {
    await onCopy('', async (store) => {
      const gone = () => Promise.reject(new StoreUnavailableError('the disk is away'));
      for (const call of ['list', 'load', 'trail', 'movements'] as const) {
        let calls = 0;
        const failing = altered(store, {
          [call]: () => {
            calls++;
            return gone();
          },
          ping: gone,
        });
        await expect(damageOf(failing), call).rejects.toThrow('the disk is away');
        expect(calls).toBe(1);
      }
      // What answers lists is gone, and the rest is not.
      const half = altered(store, { list: gone, trail: gone, listStock: gone });
      const beats: Beat[] = [];
      await expect(beatsOf(half, beats)).rejects.toThrow('the disk is away');
      expect(beats.flatMap(({ damage }) => damage ?? [])).toEqual([]);
    });
  });
});
