import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import { createPawl, type Order, systemDigest, verifyChain } from '../../src/index.ts';
import { openSqliteStore } from '../../src/storage/sqlite/index.ts';
import { DROP, tasks } from './drop.ts';
import { readLedger } from './processes.ts';

/** Everything that must hold when all orders have ended, whatever happened on the way. */
export async function expectAllRight(
  database: string,
  ledger: string,
  orders: number,
  pieces: number,
): Promise<void> {
  const store = openSqliteStore({ path: database });
  const pawl = await createPawl({ store, workflows: [DROP], tasks, taskSlots: 0 });
  try {
    const tenant = await pawl.tenant('default');
    const all: Order[] = [];
    for (let after: string | null = null; ; ) {
      const page: readonly Order[] = await pawl.list({
        tenant,
        direction: 'asc',
        after,
        offset: 0,
        limit: 100,
      });
      all.push(...page);
      after = page.at(-1)?.id ?? null;
      if (page.length < 100) break;
    }
    expect(all.map(({ externalId }) => externalId).sort()).toEqual(
      Array.from({ length: orders }, (_, number) => `order-${number}`).sort(),
    );
    expect(all.filter(({ settled, blocked }) => !settled || blocked)).toEqual([]);
    for (const order of all) {
      const events = await pawl.trail({
        tenant,
        orderId: order.id,
        direction: 'asc',
        after: null,
        limit: 1_000,
      });
      const { compiled } = pawl.workflows.byHash(order.workflowHash);
      expect(verifyChain(order, events, systemDigest, compiled)).toEqual([]);
    }
    expectMoneyRight(all, ledger);
    const confirmed = all.filter(({ status }) => status === 'CONFIRMED').length;
    const { onHand, reserved } = (await pawl.stock.get(tenant, 'LIMITED')) ?? { onHand: 0, reserved: 0 };
    expect({ onHand, reserved }).toEqual({ onHand: pieces, reserved: confirmed });
    const movements = await pawl.stock.movements({ tenant, sku: 'LIMITED', before: null, limit: 100_000 });
    const sum = (side: 'onHand' | 'reserved') =>
      movements.reduce((total, movement) => total + movement[side], 0);
    expect({ onHand: sum('onHand'), reserved: sum('reserved') }).toEqual({ onHand, reserved });
    expect(await pawl.tasks.list({ tenant, after: null, limit: 10 })).toEqual([]);
  } finally {
    await pawl.close();
  }
}

/** Each effect key was charged at most once, and given back exactly when the order failed after the charge. */
function expectMoneyRight(all: readonly Order[], ledger: string): void {
  const paper = existsSync(ledger) ? readLedger(ledger) : { charges: [], refunds: [] };
  const ids = new Set(all.map(({ id }) => id));
  const charges = paper.charges.filter(({ orderId }) => ids.has(orderId));
  const refunds = paper.refunds.filter(({ orderId }) => ids.has(orderId));
  expect(new Set(charges.map(({ key }) => key)).size).toBe(charges.length);
  expect(new Set(refunds.map(({ key }) => key)).size).toBe(refunds.length);
  const confirmed = all.filter(({ status }) => status === 'CONFIRMED').map(({ id }) => id);
  const failed = new Set(all.filter(({ status }) => status === 'FAILED').map(({ id }) => id));
  const refunded = new Set(refunds.map(({ key }) => key));
  const kept = charges.filter(({ key }) => !refunded.has(key)).map(({ orderId }) => orderId);
  expect(kept.sort()).toEqual(confirmed.sort());
  expect(refunds.filter(({ orderId }) => !failed.has(orderId))).toEqual([]);
}
