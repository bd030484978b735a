import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../storage/memory/index.ts';
import { altered, created, event, ITEMS, orderOf, summary, trial } from '../testing/trial.ts';
import type { Request } from './request.ts';

describe('reading', () => {
  it('shows an order as it was, by version and by time', async () => {
    const on = await trial();
    const order = await created(on);
    const paid = orderOf(await on.pawl.fire(order.id, 'pay'));
    await on.pawl.fire(order.id, 'ship');
    expect(await on.pawl.getAt(on.tenant, order.id, { version: 2 })).toEqual(paid);
    expect(await on.pawl.getAt(on.tenant, order.id, { version: 9 })).toBeUndefined();
    expect(await on.pawl.getAt(on.tenant, order.id, { time: order.createdAt - 1 })).toBeUndefined();
    expect(await on.pawl.getAt(on.tenant, order.id, { time: Date.now() + 1 })).toMatchObject({
      status: 'SHIPPED',
    });
  });

  it('finds every past version as folding all events would, across pages and edits', async () => {
    const on = await trial();
    const order = await created(on);
    const requests = Array.from({ length: 260 }, (_, n): Request => {
      if (n % 97 === 50)
        return { ...event(on, order.id, ''), command: { kind: 'edit', customerId: `c-${n}` } };
      return event(on, order.id, n % 2 === 0 ? 'pay' : 'refund');
    });
    const outcomes = [order, ...(await on.pawl.submitAll(requests)).flatMap((o) => (o.ok ? [o.order] : []))];
    for (const then of outcomes.filter((_, n) => n % 13 === 0 || n % 97 < 3)) {
      expect(await on.pawl.getAt(on.tenant, order.id, { version: then.version })).toEqual(then);
    }
    const times = new Set(outcomes.map(({ updatedAt }) => updatedAt));
    for (const time of times) {
      const last = outcomes.findLast(({ updatedAt }) => updatedAt <= time);
      expect(await on.pawl.getAt(on.tenant, order.id, { time })).toEqual(last);
    }
  });

  it('says that a past was erased where it needs what is gone', async () => {
    const memory = createMemoryStore();
    const erased = altered(memory, {
      trail: async (query) =>
        (await memory.trail(query)).map((e) => ({ ...e, payload: null, payloadText: null, salt: null })),
    });
    const on = await trial(erased);
    const order = await created(on);
    await on.pawl.fire(order.id, 'pay');
    expect(await on.pawl.getAt(on.tenant, order.id, { version: 1 })).toMatchObject({
      code: 'payload-erased',
    });
  });

  it('previews without a precondition, and sees a taken external id', async () => {
    const on = await trial();
    const order = orderOf(await on.pawl.create({ workflow: 'demo', items: ITEMS, externalId: 'x' }));
    expect(summary(await on.pawl.preview(event(on, order.id, 'pay', { preconditionRequired: true })))).toBe(
      'PAID 2',
    );
    const command = {
      kind: 'create',
      items: ITEMS,
      currency: 'USD',
      customerId: null,
      externalId: 'x',
      metadata: {},
    } as const;
    const create = { tenant: on.tenant, actor: on.actor, workflow: 'demo', command };
    expect(summary(await on.pawl.preview(create))).toBe('external-id-taken');
  });

  it('previews a command without doing it', async () => {
    const on = await trial();
    const order = await created(on);
    expect(summary(await on.pawl.preview(event(on, order.id, 'pay')))).toBe('PAID 2');
    expect(summary(await on.pawl.preview(event(on, order.id, 'ship')))).toBe('illegal-transition');
    expect(await on.pawl.get(on.tenant, order.id)).toEqual(order);
  });
});
