import { describe, expect, it } from 'vitest';
import { creation } from '../storage/contract/samples.ts';
import { taskOf, withTasks } from '../storage/contract/work/samples.ts';
import { createMemoryStore } from '../storage/memory/index.ts';
import { trial } from '../testing/trial.ts';

const idempotency = { key: 'k', call: 'redrive all' };

it('runs a call once for its key, also when it is made twice at the same time', async () => {
  const { pawl, tenant } = await trial();
  let runs = 0;
  const call = async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return { run: ++runs };
  };
  const answers = await Promise.all([1, 2, 3].map(() => pawl.once(tenant, idempotency, call)));
  expect(answers).toEqual([
    { ok: true, value: { run: 1 }, replayed: false },
    { ok: true, value: { run: 1 }, replayed: true },
    { ok: true, value: { run: 1 }, replayed: true },
  ]);
  expect(runs).toBe(1);
});

it('refuses another call under the same key, and runs one without a key each time', async () => {
  const { pawl, tenant } = await trial();
  let runs = 0;
  const call = async () => ({ run: ++runs });
  await pawl.once(tenant, idempotency, call);
  expect(await pawl.once(tenant, { ...idempotency, call: 'redrive some' }, call)).toEqual({
    ok: false,
    rejection: { code: 'idempotency-key-reused' },
  });
  expect(await pawl.once(tenant, undefined, call)).toMatchObject({ value: { run: 2 } });
});

it('leaves the key free where the call fails', async () => {
  const { pawl, tenant } = await trial();
  const broken = pawl.once(tenant, idempotency, () => Promise.reject(new Error('away')));
  await expect(broken).rejects.toThrow('away');
  expect(await pawl.once(tenant, idempotency, async () => ({ run: 1 }))).toMatchObject({ replayed: false });
});

describe('a key is told as hit or miss, once a call', () => {
  async function counted() {
    const told: string[] = [];
    const on = await trial(createMemoryStore(), {
      observe: (one) => void (one.kind === 'idempotency' && told.push(one.result)),
    });
    return { ...on, told };
  }

  it('by calls that are run once, also where they fail', async () => {
    const { pawl, tenant, told } = await counted();
    const call = async () => ({ run: 1 });
    await pawl.once(tenant, undefined, call);
    expect(told).toEqual([]);
    const broken = pawl.once(tenant, idempotency, () => Promise.reject(new Error('refused')));
    await expect(broken).rejects.toThrow('refused');
    await Promise.all([1, 2].map(() => pawl.once(tenant, idempotency, call)));
    await pawl.once(tenant, { ...idempotency, call: 'redrive some' }, call);
    expect(told).toEqual(['miss', 'miss', 'hit', 'miss']);
  });

  it('by changes of stock, refused ones among them', async () => {
    const { pawl, actor, told } = await counted();
    const change = (value: number, key?: string) =>
      pawl.stock.change({
        actor,
        sku: 'A-1',
        kind: 'adjust',
        value,
        reason: null,
        idempotency: key === undefined ? undefined : { key, call: `adjust by ${value}` },
      });
    await change(5);
    for (const [value, key] of [
      [5, 'one'],
      [5, 'one'],
      [6, 'one'],
      [-99, 'two'],
      [-99, 'two'],
    ] as const)
      await change(value, key);
    expect(told).toEqual(['miss', 'hit', 'miss', 'miss', 'hit']);
  });

  it('by claims', async () => {
    const { pawl, store, tenant, actor, told } = await counted();
    const unit = creation({ tenant });
    await store.commit([withTasks(unit, taskOf(unit.order))]);
    const claim = (names: readonly string[], call?: string) =>
      pawl.tasks.claim({
        actor,
        names,
        limit: 1,
        leaseMs: 60_000,
        idempotency: call === undefined ? undefined : { key: 'k', call },
      });
    await claim(['other']);
    for (const call of ['claim', 'claim', 'claim another']) await claim(['label.print'], call);
    await claim(['payment.charge'], 'claim');
    expect(told).toEqual(['miss', 'hit', 'miss', 'miss']);
  });
});
