import { describe, expect, it } from 'vitest';
import type { Store, Unit } from '../ports/store.ts';
import { createIds, createSystemRandom } from '../ports/system.ts';
import { createMemoryStore } from '../storage/memory/index.ts';
import { altered, created, event, ITEMS, orderOf, summary, trial } from '../testing/trial.ts';
import type { Outcome, Request } from './request.ts';

describe('a command', () => {
  it('is answered only after its commit, and so is a refusal that a commit went along with', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const memory = createMemoryStore();
    let held = false;
    const commit = async (units: readonly Unit[]) => {
      if (held) await gate;
      return memory.commit(units);
    };
    const on = await trial(altered(memory, { commit }));
    const order = await created(on);
    held = true;
    const answers: string[] = [];
    const calls = ['pay', 'pay'].map((name) =>
      on.pawl.fire(order.id, name).then((o) => answers.push(summary(o))),
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(answers).toEqual([]);
    expect((await on.pawl.get(on.tenant, order.id))?.status).toBe('CREATED');
    release();
    await Promise.all(calls);
    expect(answers).toEqual(['PAID 2', 'illegal-transition']);
  });

  it('shares a commit with all that arrived while the last one was in flight', async () => {
    const sizes: number[] = [];
    const memory = createMemoryStore();
    const commit = async (units: readonly Unit[]) => {
      sizes.push(units.length);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return memory.commit(units);
    };
    const on = await trial(altered(memory, { commit }));
    const first = on.pawl.create({ workflow: 'demo', items: ITEMS });
    await new Promise((resolve) => setTimeout(resolve, 1));
    await Promise.all([
      first,
      ...Array.from({ length: 50 }, () => on.pawl.create({ workflow: 'demo', items: ITEMS })),
    ]);
    expect(sizes).toEqual([1, 50]);
  });

  it('is decided after the ones before it for the same order, in one unit', async () => {
    const on = await trial();
    const order = await created(on);
    const outcomes = await on.pawl.submitAll(
      ['pay', 'refund', 'pay', 'ship', 'pay'].map((name) => event(on, order.id, name)),
    );
    expect(outcomes.map(summary)).toEqual([
      'PAID 2',
      'CREATED 3',
      'PAID 4',
      'SHIPPED 5',
      'illegal-transition',
    ]);
  });

  it('that races others for one step from one version wins alone (R0.05)', async () => {
    const on = await trial();
    const order = await created(on);
    const precondition = { kind: 'version', version: 1 } as const;
    const racers = Array.from({ length: 100 }, () =>
      on.pawl.submit(event(on, order.id, 'pay', { precondition })),
    );
    const outcomes = await Promise.all(racers);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(new Set(outcomes.filter(({ ok }) => !ok).map(summary))).toEqual(new Set(['version-conflict']));
  });

  it('for an order of another tenant, or of none, is not found', async () => {
    const on = await trial();
    const order = await created(on);
    const other = await on.pawl.tenant('other');
    const stranger = await on.pawl.actor(other, 'api_key', 'eve', ['admin']);
    expect(
      summary(await on.pawl.submit({ ...event(on, order.id, 'pay'), tenant: other, actor: stranger })),
    ).toBe('order-not-found');
    expect(summary(await on.pawl.fire('ord_nothing', 'pay'))).toBe('order-not-found');
    expect((await on.pawl.get(on.tenant, order.id))?.version).toBe(1);
  });

  it('finds a full queue and is refused whole, and the queue empties again', async () => {
    const on = await trial(createMemoryStore(), { queueMax: 10 });
    const order = await created(on);
    const requests = Array.from({ length: 6 }, () => event(on, order.id, 'pay'));
    const [first, second] = await Promise.all([on.pawl.submitAll(requests), on.pawl.submitAll(requests)]);
    expect(first.map(summary)[0]).toBe('PAID 2');
    expect(new Set(second.map(summary))).toEqual(new Set(['overloaded']));
    expect((await on.pawl.submitAll(requests)).map(summary)).not.toContain('overloaded');
  });
});

describe('a batch', () => {
  const counting = (store: Store, sizes: number[]): Store =>
    altered(store, {
      commit: (units) => {
        sizes.push(units.length);
        return store.commit(units);
      },
    });

  it('is decided on the rows that it read, however small the cache is', async () => {
    const on = await trial(createMemoryStore(), { cacheBytesMax: 1 });
    const orders = await Promise.all(Array.from({ length: 5 }, () => created(on)));
    const outcomes = await on.pawl.submitAll(orders.map(({ id }) => event(on, id, 'pay')));
    expect(outcomes.map(summary)).toEqual(Array(5).fill('PAID 2'));
  });

  it('of one bulk call is one commit, of at most as many units as the store wants', async () => {
    const sizes: number[] = [];
    const memory = createMemoryStore();
    const on = await trial(memory);
    const orders = await Promise.all(Array.from({ length: 25 }, () => created(on)));
    const capabilities = { ...memory.capabilities, unitsPerCommitMax: 10 };
    const small = await trial(altered(counting(memory, sizes), { capabilities }));
    await small.pawl.submitAll(orders.map(({ id }) => event(small, id, 'pay')));
    expect(sizes).toEqual([10, 10, 5]);
  });

  it('that changes nothing is answered with the order as it is, also where another node has moved it since', async () => {
    const memory = createMemoryStore();
    const capabilities = { ...memory.capabilities, exclusiveWriter: false };
    const [one, other] = [
      await trial(altered(memory, { capabilities })),
      await trial(altered(memory, { capabilities })),
    ];
    const { id: orderId } = await created(one);
    const edit = (items: typeof ITEMS) => ({
      tenant: one.tenant,
      actor: one.actor,
      orderId,
      command: { kind: 'edit' as const, items },
    });
    const more = [{ sku: 'A', qty: 3, price: '9.99' }];
    expect(summary(await one.pawl.submit(edit(more)))).toBe('CREATED 2');
    expect(summary(await other.pawl.submit(event(other, orderId, 'pay')))).toBe('PAID 3');
    expect(summary(await other.pawl.submit(event(other, orderId, 'refund')))).toBe('CREATED 4');
    expect(summary(await one.pawl.submit(edit(more)))).toBe('CREATED 4');
  });

  it('is told of with what was committed of it', async () => {
    const told: object[] = [];
    const on = await trial(createMemoryStore(), {
      observe: (o) => void (o.kind === 'batch' && told.push(o)),
    });
    const [one, other] = [await created(on), await created(on)];
    told.length = 0;
    await on.pawl.submitAll([
      event(on, one.id, 'pay'),
      event(on, one.id, 'ship'),
      event(on, other.id, 'pay'),
    ]);
    expect(told).toEqual([{ kind: 'batch', units: 2, commands: 3 }]);
  });

  it('has no command fail because another for the same order cannot be recorded', async () => {
    const on = await trial();
    const order = await created(on);
    const broken = { kind: 'event', event: 'ship', reason: '\ud800' } as const;
    const [pay, ship, cancel] = await Promise.allSettled([
      on.pawl.fire(order.id, 'pay'),
      on.pawl.submit({ ...event(on, order.id, 'ship'), command: broken }),
      on.pawl.fire(order.id, 'cancel'),
    ]);
    expect(pay).toMatchObject({ value: { order: { status: 'PAID' } } });
    expect(ship).toMatchObject({ status: 'rejected' });
    expect(cancel).toMatchObject({ value: { order: { status: 'CANCELLED', version: 3 } } });
  });

  it('lets replays of one key starve nobody: what is left of a unit is decided next, in its turn', async () => {
    const on = await trial();
    const order = await created(on);
    const keyed = event(on, order.id, 'pay', { idempotency: { key: 'k', call: 'pay' } });
    await on.pawl.submit(keyed);
    const others: Promise<Outcome>[] = [];
    for (let round = 0; round < 20; round++) {
      for (let caller = 0; caller < 5; caller++) void on.pawl.submit(keyed);
      others.push(on.pawl.fire(order.id, round % 2 === 0 ? 'refund' : 'pay'));
      if (round % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const versions = (await Promise.all(others)).map(summary);
    expect(versions).toEqual(others.map((_, n) => `${n % 2 === 0 ? 'CREATED' : 'PAID'} ${n + 3}`));
  });

  it('keeps the turn of what must be decided again before what came later', async () => {
    const memory = createMemoryStore();
    const slow = altered(memory, {
      commit: async (units) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return memory.commit(units);
      },
    });
    const on = await trial(slow);
    const order = await created(on);
    const keyed = event(on, order.id, 'pay', { idempotency: { key: 'k', call: 'pay' } });
    await on.pawl.submit(keyed);
    const first = on.pawl.submitAll([keyed, event(on, order.id, 'refund')]);
    await new Promise((resolve) => setTimeout(resolve, 1));
    const later = on.pawl.fire(order.id, 'pay');
    expect([...(await first), await later].map(summary)).toEqual(['PAID 2 again', 'CREATED 3', 'PAID 4']);
  });

  it('salts each event anew', async () => {
    const on = await trial();
    const order = await created(on);
    const outcomes = await on.pawl.submitAll(
      ['pay', 'refund', 'pay'].map((name) => event(on, order.id, name)),
    );
    const salts = outcomes.flatMap((outcome) => (outcome.ok ? outcome.events.map(({ salt }) => salt) : []));
    expect(new Set(salts).size).toBe(3);
  });

  it('may fill the queue to its last place', async () => {
    const on = await trial(createMemoryStore(), { queueMax: 3 });
    const order = await created(on);
    const requests = ['pay', 'refund', 'pay'].map((name) => event(on, order.id, name));
    expect((await on.pawl.submitAll(requests)).map(summary)).toEqual(['PAID 2', 'CREATED 3', 'PAID 4']);
  });

  it('never takes the id of an order for a new one', async () => {
    for (const lanes of [1, 2]) {
      const memory = createMemoryStore();
      const id = createIds(createSystemRandom()).orderId(Date.now());
      const store = altered(memory, { capabilities: { ...memory.capabilities, lanes } });
      const on = await trial(store, { ids: { orderId: () => id, commandId: () => 'c' } });
      const first = await created(on);
      const again = [created(on), created(on)];
      expect(await Promise.allSettled(again)).toMatchObject(again.map(() => ({ status: 'rejected' })));
      expect(await on.pawl.get(on.tenant, id)).toEqual(first);
    }
  });
});

describe('what a program hands in', () => {
  it('is not the order’s own: changing it afterwards changes nothing', async () => {
    const on = await trial();
    const metadata = { vip: false };
    const order = orderOf(await on.pawl.create({ workflow: 'demo', items: ITEMS, metadata }));
    metadata.vip = true;
    const edit = { kind: 'edit', customerId: 'c' } as const;
    const edited = orderOf(await on.pawl.submit({ ...event(on, order.id, ''), command: edit }));
    expect(edited.metadata).toEqual({ vip: false });
  });

  it('is refused as a bug where it cannot be told apart or belongs to somebody else, and leaves no trace', async () => {
    const on = await trial(createMemoryStore(), { queueMax: 2 });
    const order = await created(on);
    const eve = await on.pawl.actor(await on.pawl.tenant('other'), 'api_key', 'eve', ['admin']);
    const idempotency = { key: '\ud800', call: '' };
    for (let round = 0; round < 3; round++) {
      await expect(on.pawl.submit({ ...event(on, order.id, 'pay'), actor: eve })).rejects.toThrow(TypeError);
      await expect(on.pawl.submit(event(on, order.id, 'pay', { idempotency }))).rejects.toThrow(TypeError);
    }
    expect(summary(await on.pawl.fire(order.id, 'pay', {}, eve))).toBe('order-not-found');
    await expect(on.pawl.tenant('\udfff')).rejects.toThrow(TypeError);
    expect(summary(await on.pawl.fire(order.id, 'pay'))).toBe('PAID 2');
    await on.pawl.close();
  });

  it('may be an observer that throws: commands are answered and closing ends', async () => {
    const observe = (): never => {
      throw new Error('broken');
    };
    const on = await trial(createMemoryStore(), { observe });
    const order = await created(on);
    const idempotency = { key: 'k', call: 'pay' };
    expect(summary(await on.pawl.submit(event(on, order.id, 'pay', { idempotency })))).toBe('PAID 2');
    await on.pawl.close();
  });

  it('is merged into metadata only as far as the limit', async () => {
    const on = await trial();
    const order = await created(on);
    const patch = (name: string): Request => ({
      ...event(on, order.id, ''),
      command: { kind: 'edit', metadataPatch: { [name]: 'x'.repeat(6_000) } },
    });
    const outcomes = await on.pawl.submitAll(['a', 'b', 'c'].map(patch));
    expect(outcomes.map(summary)).toEqual(['CREATED 2', 'CREATED 3', 'metadata-too-large']);
  });
});

describe('closing', () => {
  it('answers what was submitted first', async () => {
    const on = await trial();
    const order = await created(on);
    const call = on.pawl.fire(order.id, 'pay');
    await on.pawl.close();
    expect(summary(await call)).toBe('PAID 2');
  });

  it('takes nothing new meanwhile', async () => {
    const on = await trial();
    const closing = on.pawl.close();
    await expect(on.pawl.create({ workflow: 'demo', items: ITEMS })).rejects.toThrow('closing');
    await closing;
  });
});
