/**
 * Takes orders through `drop` until each has ended: `node saga-process.ts <options as JSON>`. Started again on the same
 * database it goes on with what it finds, and submits what was not taken. Ends with 0 when all orders are settled.
 */
import { createPawl, type Order } from '../../src/index.ts';
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
  /** The process kills itself at this crash point, counted from 1; 0 never. */
  readonly crashAt: number;
}

const FATES: readonly Fate[] = ['ok', 'no-parcel', 'declined', 'ok', 'ok'];
const options = JSON.parse(process.argv[2] ?? '{}') as SagaOptions;
const points: string[] = [];

/** Counts named points, and dies at the chosen one as if the power were cut. */
function pass(point: string): void {
  points.push(point);
  if (points.length === options.crashAt) process.kill(process.pid, 'SIGKILL');
}

const around: Around = async (name, call) => {
  pass(`before ${name}`);
  const answer = await call();
  pass(`after ${name}`);
  return answer;
};

const store = watched(openSqliteStore({ path: options.database }));
const pawl = await createPawl({
  store,
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
await Promise.all(Array.from({ length: options.clients }, submitOrders));
await allSettled();
await pawl.close();
process.stdout.write(`${JSON.stringify(points)}\n`);

async function submitOrders(): Promise<void> {
  while (next < options.orders) {
    const number = next++;
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
        metadata: {
          fate: FATES[number % FATES.length] ?? 'ok',
          payment: { fate: FATES[number % FATES.length] ?? 'ok' },
        },
      },
    });
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.rejection));
  }
}

async function allSettled(): Promise<void> {
  for (;;) {
    let after: string | null = null;
    let open = 0;
    for (;;) {
      const page: readonly Order[] = await pawl.list({
        tenant,
        direction: 'asc',
        after,
        offset: 0,
        limit: 100,
      });
      open += page.filter(({ settled }) => !settled).length;
      after = page.at(-1)?.id ?? null;
      if (page.length < 100) break;
    }
    if (open === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function watched(inner: Store): Store {
  const calls: Partial<Store> = {
    commit: (units) =>
      around(
        `commit of ${units.map(({ events }) => events.map(({ head }) => head.task ?? head.type).join('+') || 'keys').join(', ')}`,
        () => inner.commit(units),
      ),
    claim: (query) => around('claim', () => inner.claim(query)),
    updateTasks: (updates) =>
      around(`update ${updates.map(({ kind }) => kind).join(', ')}`, () => inner.updateTasks(updates)),
  };
  return new Proxy(inner, {
    get(target, name) {
      const value: unknown = Reflect.get(calls, name) ?? Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
