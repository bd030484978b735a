import { describe, expect, it } from 'vitest';
import { verifyChain } from '../order/chain.ts';
import type { Order } from '../order/order.ts';
import type { Store, Unit } from '../ports/store.ts';
import { systemDigest } from '../ports/system.ts';
import { createMemoryStore } from '../storage/memory/index.ts';
import { altered, created, summary, type Trial, trial, WHOLE_TRAIL } from '../testing/trial.ts';

describe('several engines on one store', () => {
  const shared = (store: Store): Store =>
    altered(store, {
      capabilities: { ...store.capabilities, exclusiveWriter: false, lanes: 3 },
      close: async () => undefined,
    });

  it('never lose or double a step: every version is one event, and every answer was written (R0.05, R0.11)', async () => {
    const memory = createMemoryStore();
    const nodes = await Promise.all([trial(shared(memory)), trial(shared(memory)), trial(shared(memory))]);
    const [on] = nodes as [Trial, Trial, Trial];
    const orders = await Promise.all(Array.from({ length: 5 }, () => created(on)));
    const calls = Array.from({ length: 900 }, (_, index) => {
      const node = nodes[index % 3] as Trial;
      const order = orders[index % 5] as Order;
      return node.pawl.fire(order.id, Math.floor(index / 15) % 2 === 0 ? 'pay' : 'refund');
    });
    const accepted = (await Promise.all(calls)).filter((outcome) => outcome.ok);
    let events = 0;
    for (const { id } of orders) {
      const row = (await on.pawl.get(on.tenant, id)) as Order;
      const trail = await on.pawl.trail({ ...WHOLE_TRAIL, tenant: on.tenant, orderId: id });
      expect(verifyChain(row, trail, systemDigest)).toEqual([]);
      events += trail.length - 1;
    }
    expect(accepted).toHaveLength(events);
    expect(new Set(accepted.map((o) => o.ok && `${o.order.id} ${o.order.version}`)).size).toBe(events);
  });

  it('see what another did before they refuse', async () => {
    const memory = createMemoryStore();
    const [one, two] = [await trial(shared(memory)), await trial(shared(memory))];
    const order = await created(one);
    expect(summary(await two.pawl.fire(order.id, 'ship'))).toBe('illegal-transition');
    await one.pawl.fire(order.id, 'pay');
    expect(summary(await two.pawl.fire(order.id, 'ship'))).toBe('SHIPPED 3');
    expect(summary(await one.pawl.fire(order.id, 'ship'))).toBe('illegal-transition');
  });

  it('say of what they read whether a commit waits for it', async () => {
    const memory = createMemoryStore();
    const order = await created(await trial(shared(memory)));
    const reasons: (string | undefined)[] = [];
    const load: Store['load'] = (keys, before) => {
      reasons.push(before);
      return memory.load(keys, before);
    };
    const two = await trial(altered(shared(memory), { load }), { observe: () => undefined });
    await two.pawl.get(two.tenant, order.id);
    expect(reasons).toEqual([undefined]);
    await two.pawl.fire(order.id, 'pay');
    expect(reasons).toEqual([undefined, 'commit']);
  });

  it('decide again on the row as it is once another has moved it, with one commit more', async () => {
    const memory = createMemoryStore();
    const [one, two] = [await trial(shared(memory)), await trial(shared(memory))];
    const order = await created(one);
    await two.pawl.fire(order.id, 'pay');
    await two.pawl.fire(order.id, 'refund');
    expect(summary(await one.pawl.fire(order.id, 'pay')), 'legal also on the row that it remembers').toBe(
      'PAID 4',
    );
  });

  it('read rows first once the remembered ones are mostly of the past, and trust these again when they are not', async () => {
    const memory = createMemoryStore();
    const seen = { conflicts: 0, loads: 0 };
    const counted = altered(shared(memory), {
      commit: async (units) => {
        const verdicts = await memory.commit(units);
        seen.conflicts += verdicts.filter(({ kind }) => kind === 'conflict').length;
        return verdicts;
      },
      load: async (keys) => {
        seen.loads++;
        return memory.load(keys);
      },
    });
    const nodes = [await trial(counted), await trial(counted)] as const;
    const order = await created(nodes[0]);
    const take = async (steps: number, nodeOf: (step: number) => 0 | 1) => {
      Object.assign(seen, { conflicts: 0, loads: 0 });
      for (let step = 0; step < steps; step++)
        await nodes[nodeOf(step)].pawl.fire(order.id, step % 2 === 0 ? 'pay' : 'refund');
      return { ...seen };
    };
    const byTurns = (step: number) => (step % 4 < 2 ? 0 : 1);

    expect(
      (await take(20, byTurns)).conflicts,
      'every step meets a row of the past at first',
    ).toBeGreaterThan(0);
    expect((await take(20, byTurns)).conflicts).toBe(0);
    expect((await take(60, () => 0)).loads, 'the other node is quiet').toBeLessThan(30);
  });

  it('give up on an order that never holds still, saying so, without a version conflict that nobody asked about', async () => {
    const memory = createMemoryStore();
    let rounds = 0;
    const commit = async (units: readonly Unit[]) => {
      const [unit] = units;
      if (unit?.expectedVersion === 0 || unit === undefined) return memory.commit(units);
      rounds++;
      return [{ kind: 'conflict' as const, current: (await memory.load([unit]))[0] }];
    };
    const on = await trial(altered(memory, { commit }));
    const order = await created(on);
    expect(summary(await on.pawl.fire(order.id, 'pay'))).toBe('contention');
    expect(rounds).toBe(8);
  });
});

describe('a fault of the store', () => {
  it('after the commit was made is found out by asking, and the command succeeds', async () => {
    const memory = createMemoryStore();
    let lost = false;
    const commit = async (units: readonly Unit[]) => {
      const verdicts = await memory.commit(units);
      if (lost) throw new Error('the connection is gone');
      return verdicts;
    };
    const on = await trial(altered(memory, { commit }));
    const order = await created(on);
    lost = true;
    expect(summary(await on.pawl.fire(order.id, 'pay'))).toBe('PAID 2');
    expect(summary(await on.pawl.fire(order.id, 'pay'))).toBe('illegal-transition');
  });

  it('before the commit is thrown to those who waited, and the next command is decided on what is there', async () => {
    const memory = createMemoryStore();
    let down = false;
    const commit = async (units: readonly Unit[]) => {
      if (down) throw new Error('the disk is full');
      return memory.commit(units);
    };
    const on = await trial(altered(memory, { commit }));
    const order = await created(on);
    down = true;
    await expect(on.pawl.fire(order.id, 'pay')).rejects.toThrow('the disk is full');
    down = false;
    expect(summary(await on.pawl.fire(order.id, 'pay'))).toBe('PAID 2');
  });

  it('that leaves the outcome unknown and cannot be asked is never answered with success', async () => {
    const memory = createMemoryStore();
    let down = false;
    const fail = async (): Promise<never> => {
      throw new Error('the database is gone');
    };
    const on = await trial(
      altered(memory, {
        commit: async (units) => {
          const verdicts = await memory.commit(units);
          return down ? fail() : verdicts;
        },
        lookup: fail,
      }),
    );
    const order = await created(on);
    down = true;
    await expect(on.pawl.fire(order.id, 'pay')).rejects.toThrow('the database is gone');
    down = false;
    expect(summary(await on.pawl.fire(order.id, 'ship')), 'decided on what is there').toBe('SHIPPED 3');
  });

  it('with one unit harms no other', async () => {
    const memory = createMemoryStore();
    const on = await trial(memory);
    const [sick, well] = [await created(on), await created(on)];
    const commit = async (units: readonly Unit[]) => {
      const verdicts = [...(await memory.commit(units.filter(({ orderId }) => orderId !== sick.id)))];
      return units.map((unit) =>
        unit.orderId === sick.id
          ? { kind: 'failed' as const, cause: new Error('poison') }
          : (verdicts.shift() as never),
      );
    };
    const second = await trial(altered(memory, { commit }));
    const [bad, good] = await Promise.allSettled([sick, well].map(({ id }) => second.pawl.fire(id, 'pay')));
    expect(bad).toMatchObject({ status: 'rejected', reason: { message: 'poison' } });
    expect(good).toMatchObject({ status: 'fulfilled', value: { ok: true } });
  });
});
