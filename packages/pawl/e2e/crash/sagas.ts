import { createPawl, type Order, type Pawl } from '../../src/index.ts';
import type { Store } from '../../src/ports/store.ts';
import { openSqliteStore } from '../../src/storage/sqlite/index.ts';
import { type Around, DROP, type Fate, remoteGateway, tasks } from './drop.ts';

export interface SagaOptions {
  readonly database: string;
  readonly gateway: string;
  readonly orders: number;
  readonly pieces: number;
  readonly leaseMs: number;
  /** Orders submitted at once. */
  readonly clients: number;
}

const FATES: readonly Fate[] = ['ok', 'no-parcel', 'declined', 'ok', 'ok'];

/**
 * Takes orders through `drop` until each has ended. On a database where that was begun before it goes on with what it finds, and
 * submits what was not taken.
 */
export async function runSagas(options: SagaOptions, around: Around): Promise<void> {
  const pawl = await createPawl({
    store: watched(openSqliteStore({ path: options.database }), around),
    workflows: [DROP],
    tasks,
    gateway: remoteGateway(options.gateway, around),
    leaseMs: options.leaseMs,
  });
  const tenant = await pawl.tenant('default');
  const actor = await pawl.actor(tenant, 'program', 'shop', ['admin']);
  if ((await pawl.stock.get(tenant, 'LIMITED')) === undefined) {
    await pawl.stock.change({ actor, sku: 'LIMITED', kind: 'set', value: options.pieces, reason: null });
  }
  let next = 0;
  const submitOrders = async (): Promise<void> => {
    while (next < options.orders) {
      const number = next++;
      const fate = FATES[number % FATES.length] ?? 'ok';
      const outcome = await pawl.submit({
        tenant,
        actor,
        workflow: 'drop',
        idempotency: { key: `order-${number}`, call: `order-${number}` },
        command: {
          kind: 'create',
          externalId: `order-${number}`,
          customerId: null,
          currency: 'EUR',
          items: [{ sku: 'LIMITED', qty: 1, price: '19.90' }],
          metadata: { fate, payment: { fate } },
        },
      });
      if (!outcome.ok) throw new Error(JSON.stringify(outcome.rejection));
    }
  };
  await Promise.all(Array.from({ length: options.clients }, submitOrders));
  while (!(await allSettled(pawl, tenant))) await new Promise((resolve) => setTimeout(resolve, 20));
  await pawl.close();
}

async function allSettled(pawl: Pawl, tenant: number): Promise<boolean> {
  for (let after: string | null = null; ; ) {
    const page: readonly Order[] = await pawl.list({
      tenant,
      direction: 'asc',
      after,
      offset: 0,
      limit: 100,
    });
    if (page.some(({ settled }) => !settled)) return false;
    after = page.at(-1)?.id ?? null;
    if (page.length < 100) return true;
  }
}

/** The store, with a named point before and after each call that writes for orders and tasks. */
function watched(inner: Store, around: Around): Store {
  const calls: Partial<Store> = {
    commit: (units) => {
      const what = units.map(
        ({ events }) => events.map(({ head }) => head.task ?? head.type).join('+') || 'keys',
      );
      return around(`commit of ${what.join(', ')}`, () => inner.commit(units));
    },
    claim: (query) => around('claim', () => inner.claim(query)),
    updateTasks: (updates) =>
      around(`update of ${updates.map(({ kind }) => kind).join(', ')}`, () => inner.updateTasks(updates)),
  };
  return new Proxy(inner, {
    get(target, name) {
      const value: unknown = Reflect.get(calls, name) ?? Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
