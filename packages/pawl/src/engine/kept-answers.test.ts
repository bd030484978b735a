import { expect, it } from 'vitest';
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
