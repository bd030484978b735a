import type { AuditStep, Damage } from 'pawl';
import { expect, it } from 'vitest';
import { audit } from './audit.ts';
import { testTools } from './test-tools.ts';

const DONE: AuditStep = { isBusy: false, orders: 0, skus: 0, damage: [], isLast: false };
const LAST: AuditStep = { ...DONE, isLast: true };
const BUSY: AuditStep = { ...DONE, isBusy: true };
const order = (id: string): Damage => ({
  kind: 'order',
  tenant: 1,
  id,
  faults: ['version 1: event-hash: changed'],
});
const sku: Damage = { kind: 'sku', tenant: 2, id: 'A-1', faults: ['9 in the house'] };

/** Runs the steps, one for each call, until so many sleeps. */
function run(steps: (AuditStep | Error)[], sleeps: number) {
  const seen: Record<string, number>[] = [];
  const tools = testTools(
    {
      audit: async () => {
        seen.push(tools.values());
        const step = steps.shift() ?? LAST;
        if (step instanceof Error) throw step;
        return step;
      },
    },
    sleeps,
  );
  return { tools, seen, ended: audit(tools, tools.signal) };
}

it('pauses between steps, longer while many commands wait, and after a round until the next is due', async () => {
  const { tools, ended } = run([DONE, BUSY, BUSY, DONE, LAST, LAST], 8);
  await ended;
  // A round begins every ten minutes, give or take; what it took itself is taken off.
  expect(tools.sleeps).toEqual([100, 1_000, 1_000, 100, 100, 450_000 - 2_300, 100, 450_000 - 100]);
});

it('begins the next round soon after one that took longer', async () => {
  const { tools, ended } = run([...Array.from({ length: 500 }, () => BUSY), LAST], 502);
  await ended;
  expect(tools.sleeps.slice(-3)).toEqual([1_000, 100, 100]);
});

it('counts what it has verified and what is damaged, and logs each damage once', async () => {
  const { tools, seen, ended } = run(
    [
      { ...DONE, orders: 3, damage: [order('ord_1')] },
      { ...DONE, orders: 2, skus: 1, damage: [order('ord_2'), sku] },
      LAST,
      { ...DONE, damage: [order('ord_1')] },
      LAST,
      LAST,
    ],
    8,
  );
  await ended;
  const counts = (values: Record<string, number>) => [
    values['pawl_damaged_orders'],
    values['pawl_damaged_skus'],
  ];
  expect(seen.map(counts)).toEqual([
    [0, 0],
    [1, 0],
    [2, 1],
    [2, 1],
    [2, 1],
    [1, 0],
  ]);
  expect(tools.values()).toMatchObject({ pawl_audited_orders_total: 5, pawl_audited_skus_total: 1 });
  expect(tools.lines).toEqual([
    [
      'an order is damaged',
      { tenant: 'default', order_id: 'ord_1', faults: ['version 1: event-hash: changed'] },
    ],
    [
      'an order is damaged',
      { tenant: 'default', order_id: 'ord_2', faults: ['version 1: event-hash: changed'] },
    ],
    ['the stock of a SKU is damaged', { tenant: null, sku: 'A-1', faults: ['9 in the house'] }],
  ]);
});

it('logs a failure and begins again after a while', async () => {
  const damaged = { ...DONE, damage: [order('ord_1')] };
  const { tools, ended } = run([damaged, new Error('away'), damaged, LAST], 5);
  await ended;
  expect(tools.faults).toHaveLength(1);
  expect(tools.sleeps).toEqual([100, 60_000, 100, 100, 450_000 - 200]);
  expect(tools.values()['pawl_damaged_orders']).toBe(1);
});

it('ends by its signal, within a round', async () => {
  const { tools, seen, ended } = run([DONE, DONE, DONE, DONE], 2);
  await ended;
  expect([seen.length, tools.sleeps.length]).toEqual([2, 3]);
});
