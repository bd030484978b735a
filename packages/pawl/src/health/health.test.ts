import { expect, it } from 'vitest';
import { type Store, StoreUnavailableError } from '../ports/store.ts';
import { systemDigest } from '../ports/system.ts';
import { createMemoryStore } from '../storage/memory/index.ts';
import { altered, created, event, orderOf, type Trial, trial } from '../testing/trial.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { type AuditStep, createHealth, type Health } from './health.ts';

/** More steps than any test has. */
const STEPS_MAX = 1_000;

/** Steps to the end of a walk. */
async function walk({ audit }: Pick<Health, 'audit'>): Promise<AuditStep[]> {
  const steps: AuditStep[] = [];
  do steps.push(await audit());
  while (steps.at(-1)?.isLast !== true && steps.length < STEPS_MAX);
  return steps;
}

const sum = (steps: readonly AuditStep[], of: 'orders' | 'skus'): number =>
  steps.reduce((total, step) => total + step[of], 0);

async function stocked(on: Trial, sku: string): Promise<void> {
  await on.pawl.stock.change({ actor: on.actor, sku, kind: 'set', value: 5, reason: null });
}

it('verifies everything in many small steps, round and round', async () => {
  const on = await trial();
  const other = await on.pawl.actor(await on.pawl.tenant('other'), 'program', 'p', ['admin']);
  for (let count = 0; count < 40; count++) await created(on);
  orderOf(await on.pawl.create({ workflow: 'demo', items: [{ sku: 'A', qty: 1, price: '1' }] }, other));
  for (const sku of ['A', 'B', 'C']) await stocked(on, sku);
  for (let round = 0; round < 2; round++) {
    const steps = await walk(on.pawl.health);
    expect([sum(steps, 'orders'), sum(steps, 'skus')]).toEqual([41, 3]);
    expect(steps.flatMap(({ damage }) => damage)).toEqual([]);
    expect(steps.every(({ isBusy }) => !isBusy)).toBe(true);
    // A step is a few orders, however many there are.
    expect(Math.max(...steps.map(({ orders }) => orders))).toBeLessThanOrEqual(8);
  }
});

it('tells damage in the step that finds it, and again in the next round', async () => {
  const memory = createMemoryStore();
  const on = await trial(memory);
  const orders = [await created(on), await created(on), await created(on)];
  const trail: Store['trail'] = async (query) =>
    (await memory.trail(query)).map((one) =>
      one.head.orderId === orders[1]?.id ? { ...one, head: { ...one.head, at: 0 } } : one,
    );
  const health = createHealth({ store: altered(memory, { trail }), digest: systemDigest, pending: () => 0 });
  for (let round = 0; round < 2; round++) {
    const damage = (await walk(health)).flatMap((step) => step.damage);
    expect(damage).toMatchObject([{ kind: 'order', tenant: on.tenant, id: orders[1]?.id }]);
  }
});

it('steps back while many commands wait, and goes on where it was', async () => {
  const memory = createMemoryStore();
  const on = await trial(memory);
  for (let count = 0; count < 20; count++) await created(on);
  let pending = 15;
  const health = createHealth({ store: memory, digest: systemDigest, pending: () => pending });
  const first = await health.audit();
  expect(first).toMatchObject({ isBusy: false, isLast: false });
  pending = 16;
  const busy = { isBusy: true, isLast: false, orders: 0, skus: 0, damage: [] };
  expect([await health.audit(), await health.audit()]).toEqual([busy, busy]);
  pending = 0;
  expect(sum([first, ...(await walk(health))], 'orders')).toBe(20);
});

it('breaks a step off when many commands come in', async () => {
  const memory = createMemoryStore();
  const on = await trial(memory);
  for (let count = 0; count < 20; count++) await created(on);
  let asked = 0;
  const health = createHealth({
    store: memory,
    digest: systemDigest,
    pending: () => (asked++ === 10 ? 16 : 0),
  });
  const steps = await walk(health);
  expect(steps.filter(({ isBusy }) => isBusy)).toHaveLength(1);
  expect(sum(steps, 'orders')).toBe(20);
});

it('knows how many commands wait from the engine', async () => {
  const on = await trial();
  const order = await created(on);
  const calls = Array.from({ length: 16 }, () => on.pawl.submit(event(on, order.id, 'pay')));
  expect((await on.pawl.health.audit()).isBusy).toBe(true);
  await Promise.all(calls);
  expect((await on.pawl.health.audit()).isBusy).toBe(false);
});

it('begins a new walk after an outage', async () => {
  const memory = createMemoryStore();
  const on = await trial(memory);
  for (let count = 0; count < 20; count++) await created(on);
  let isGone = true;
  const gone = <T>(call: () => Promise<T>): Promise<T> =>
    isGone ? Promise.reject(new StoreUnavailableError('away')) : call();
  const store = altered(memory, {
    list: (query) => gone(() => memory.list(query)),
    ping: () => gone(() => memory.ping()),
  });
  const health = createHealth({ store, digest: systemDigest, pending: () => 0 });
  await expect(health.audit()).rejects.toThrow('away');
  isGone = false;
  expect(sum(await walk(health), 'orders')).toBe(20);
});

it('reads all definitions again every ten minutes, and not at each look', async () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const memory = createMemoryStore({ clock });
  await created(await trial(memory, { clock }));
  let reads = 0;
  const definitions: Store['definitions'] = () => {
    reads++;
    return memory.definitions(0);
  };
  const store = altered(memory, { definitions });
  const { look } = createHealth({ store, digest: systemDigest, pending: () => 0 });
  for (const [ms, expected] of [
    [0, 1],
    [599_999, 1],
    [1, 2],
    [599_999, 2],
    [1, 3],
  ] as const) {
    await clock.advance(ms);
    await look();
    expect(reads).toBe(expected);
  }
});

it('looks at late work and at orders by turns, and hears of new tenants', async () => {
  const on = await trial();
  await created(on);
  expect(await on.pawl.health.look()).toMatchObject({
    isLast: true,
    standstills: [],
    examination: { tenants: [1] },
  });
  const other = await on.pawl.actor(await on.pawl.tenant('other'), 'program', 'p', ['admin']);
  orderOf(await on.pawl.create({ workflow: 'demo', items: [{ sku: 'A', qty: 1, price: '1' }] }, other));
  await on.pawl.health.look();
  expect(sum(await walk(on.pawl.health), 'orders')).toBe(2);
});
