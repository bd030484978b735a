import { describe, expect, it } from 'vitest';
import { systemClock } from '../ports/system.ts';
import { createMemoryStore } from '../storage/memory/index.ts';
import { created, event, ITEMS, orderOf, summary, trial } from '../testing/trial.ts';
import type { Request } from './request.ts';

describe('an idempotency key', () => {
  const keyed = (call: string, key = 'k'): Partial<Request> => ({ idempotency: { key, call } });

  it('answers an equal call as before, whatever happened since (R0.14, R2.03)', async () => {
    const on = await trial();
    const order = await created(on);
    const pay = event(on, order.id, 'pay', keyed('pay'));
    expect(summary(await on.pawl.submit(pay))).toBe('PAID 2');
    await on.pawl.fire(order.id, 'ship');
    expect(summary(await on.pawl.submit(pay))).toBe('PAID 2 again');
    expect(summary(await on.pawl.submit(event(on, order.id, 'pay', keyed('other'))))).toBe(
      'idempotency-key-reused',
    );
  });

  it('creates one order for many calls, also at once', async () => {
    const on = await trial();
    const create: Request = {
      tenant: on.tenant,
      actor: on.actor,
      workflow: 'demo',
      command: {
        kind: 'create',
        items: ITEMS,
        currency: 'USD',
        customerId: null,
        externalId: null,
        metadata: {},
      },
      ...keyed('create'),
    };
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => on.pawl.submit(create)));
    expect(new Set(outcomes.map((outcome) => orderOf(outcome).id)).size).toBe(1);
    expect(outcomes.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await on.pawl.count({ tenant: on.tenant })).toBe(1);
  });

  it('remembers what the rules refused, and replays it after they would allow it', async () => {
    const on = await trial();
    const order = await created(on);
    const ship = event(on, order.id, 'ship', keyed('ship'));
    expect(summary(await on.pawl.submit(ship))).toBe('illegal-transition');
    await on.pawl.fire(order.id, 'pay');
    expect(summary(await on.pawl.submit(ship))).toBe('illegal-transition again');
  });

  it('does not remember a version conflict, nor an order that is not there', async () => {
    const on = await trial();
    const order = await created(on);
    const stale = event(on, order.id, 'pay', {
      ...keyed('pay'),
      precondition: { kind: 'version', version: 2 },
    });
    expect(summary(await on.pawl.submit(stale))).toBe('version-conflict');
    expect(summary(await on.pawl.submit(event(on, order.id, 'pay', keyed('pay'))))).toBe('PAID 2');
    expect(summary(await on.pawl.submit(event(on, 'ord_no', 'pay', keyed('pay', 'k2'))))).toBe(
      'order-not-found',
    );
    expect(summary(await on.pawl.submit(event(on, order.id, 'ship', keyed('ship', 'k2'))))).toBe('SHIPPED 3');
  });

  it('is asked before a version conflict is answered: the retry of what succeeded succeeds', async () => {
    const on = await trial();
    const order = await created(on);
    const pay = event(on, order.id, 'pay', {
      ...keyed('pay'),
      precondition: { kind: 'version', version: 1 },
    });
    expect(summary(await on.pawl.submit(pay))).toBe('PAID 2');
    expect(summary(await on.pawl.submit(pay))).toBe('PAID 2 again');
  });

  it('remembers a workflow and a currency that are not there, and forgets in time', async () => {
    let ahead = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + ahead };
    const on = await trial(createMemoryStore({ clock }), { clock, idempotencyTtlMs: 1_000 });
    const command = {
      kind: 'create',
      items: ITEMS,
      currency: 'EUR',
      customerId: null,
      externalId: null,
      metadata: {},
    } as const;
    const create = (workflow: string, currency: string, key: string): Request => ({
      tenant: on.tenant,
      actor: on.actor,
      workflow,
      command: { ...command, currency },
      ...keyed('create', key),
    });
    const calls = [create('none', 'EUR', 'a'), create('demo', 'XXX', 'b'), create('demo', 'EUR', 'c')];
    expect((await on.pawl.submitAll(calls)).map(summary)).toEqual([
      'workflow-unknown',
      'currency-unknown',
      'CREATED 1',
    ]);
    expect((await on.pawl.submitAll(calls)).map(({ replayed }) => replayed)).toEqual([true, true, true]);
    ahead = 1_001;
    expect((await on.pawl.submitAll(calls)).map(({ replayed }) => replayed)).toEqual([false, false, false]);
  });

  it('tells calls apart that differ anywhere', async () => {
    const on = await trial();
    const order = await created(on);
    await on.pawl.submit(event(on, order.id, 'pay', keyed('call')));
    const others = Array.from({ length: 50 }, (_, n) => event(on, order.id, 'pay', keyed(`call ${n}`)));
    const outcomes = await on.pawl.submitAll(others);
    expect(new Set(outcomes.map(summary))).toEqual(new Set(['idempotency-key-reused']));
  });

  it('twice in one batch runs once', async () => {
    const on = await trial();
    const order = await created(on);
    const pay = event(on, order.id, 'pay', keyed('pay'));
    const other = event(on, order.id, 'pay', keyed('other'));
    expect((await on.pawl.submitAll([pay, pay, other])).map(summary)).toEqual([
      'PAID 2',
      'PAID 2 again',
      'idempotency-key-reused',
    ]);
  });

  it('of one tenant means nothing to another', async () => {
    const on = await trial();
    const order = await created(on);
    expect(summary(await on.pawl.submit(event(on, order.id, 'pay', keyed('pay'))))).toBe('PAID 2');
    const tenant = await on.pawl.tenant('other');
    const actor = await on.pawl.actor(tenant, 'api_key', 'eve', ['admin']);
    const theirs = event({ ...on, tenant, actor }, order.id, 'pay', keyed('pay'));
    expect(summary(await on.pawl.submit(theirs))).toBe('order-not-found');
  });
});
