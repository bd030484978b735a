import { describe, expect, it, onTestFinished } from 'vitest';
import { defineWorkflow } from '../workflow/definition.ts';
import { oneOf } from './samples.ts';
import { createTestPawl, type TestPawl } from './test-pawl.ts';

const BASKET = defineWorkflow({
  name: 'basket',
  initial: 'OPEN',
  states: {
    OPEN: {
      editable: true,
      after: { '10m': { to: 'REMINDED', when: 'order.items.size() > 1' }, '30m': 'CANCELLED' },
      on: {
        check: {
          run: { task: 'order.check', rules: [{ cel: 'true', message: '' }] },
          done: 'PAID',
          failed: 'CANCELLED',
        },
        pay: 'PAID',
        hold: 'HELD',
      },
    },
    REMINDED: { after: { '1d': 'CANCELLED' }, on: { pay: 'PAID' } },
    HELD: { on: { reopen: 'OPEN' } },
    PAID: { final: true },
    CANCELLED: { final: true },
  },
});

async function started(): Promise<TestPawl> {
  const t = await createTestPawl({ workflows: [BASKET] });
  onTestFinished(() => t.close());
  return t;
}

const TWO_LINES = [
  { sku: 'A-1', qty: 1, price: '1' },
  { sku: 'B-1', qty: 1, price: '1' },
];

describe('a timer', () => {
  it('moves the order at the very millisecond at which it is due, by nobody', async () => {
    const t = await started();
    const { id, createdAt } = await t.create(oneOf('basket'));
    await t.advance(30 * 60_000 - 1);
    expect((await t.order(id)).status).toBe('OPEN');
    await t.advance(1);
    expect(await t.order(id)).toMatchObject({ status: 'CANCELLED', settled: true });
    const last = (await t.trail(id)).at(-1);
    expect(last).toMatchObject({
      head: { at: createdAt + 30 * 60_000, actor: 0 },
      payload: { data: { after: '30m' } },
    });
  });

  it('is skipped, and said to be, where its guard does not hold when it is due', async () => {
    const t = await started();
    const { id } = await t.create(oneOf('basket'));
    await t.advance('10m');
    expect(await t.story(id)).toEqual(['created → OPEN', 'timer_skipped']);
    expect((await t.trail(id)).at(-1)?.payload).toMatchObject({ reason: 'order.items.size() > 1' });
    // Judged once: what is edited later does not bring it back.
    await t.submit(id, { kind: 'edit', items: TWO_LINES });
    await t.advance('19m');
    expect((await t.order(id)).status).toBe('OPEN');
    await t.advance('1m');
    expect((await t.order(id)).status).toBe('CANCELLED');
  });

  it('judges its guard on the order as it is when due', async () => {
    const t = await started();
    const { id } = await t.create(oneOf('basket'));
    await t.submit(id, { kind: 'edit', items: TWO_LINES });
    await t.advance('10m');
    expect((await t.order(id)).status).toBe('REMINDED');
    await t.advance('30m');
    expect((await t.order(id)).status).toBe('REMINDED');
    await t.advance('1d');
    expect((await t.order(id)).status).toBe('CANCELLED');
  });

  it('is not started anew by an edit', async () => {
    const t = await started();
    const { id } = await t.create(oneOf('basket'));
    await t.advance('29m');
    await t.submit(id, { kind: 'edit', customerId: 'c-1' });
    await t.advance('1m');
    expect((await t.order(id)).status).toBe('CANCELLED');
  });

  it('ends with its state, and starts anew when the state is entered again', async () => {
    const t = await started();
    const { id } = await t.create(oneOf('basket'));
    await t.advance('29m');
    await t.fire(id, 'hold');
    await t.advance('10h');
    expect(await t.waiting(id)).toMatchObject([{ kind: 'event', event: 'reopen' }]);
    await t.fire(id, 'reopen');
    await t.advance('29m');
    expect((await t.order(id)).status).toBe('OPEN');
    await t.advance('1m');
    expect((await t.order(id)).status).toBe('CANCELLED');
  });

  it('tells when it is due to whoever asks what the order waits for', async () => {
    const t = await started();
    const { id, createdAt } = await t.create(oneOf('basket'));
    expect((await t.waiting(id)).filter(({ kind }) => kind === 'timer')).toEqual([
      {
        kind: 'timer',
        after: '10m',
        dueAt: createdAt + 600_000,
        to: 'REMINDED',
        guard: 'order.items.size() > 1',
      },
      { kind: 'timer', after: '30m', dueAt: createdAt + 1_800_000, to: 'CANCELLED', guard: null },
    ]);
  });

  it('wins over work of an event that is still under way, whose end then moves nothing', async () => {
    const t = await started();
    const { id } = await t.create({ ...oneOf('basket'), metadata: { validation: { token: 'slow' } } });
    await t.advance(30 * 60_000 - 1_000);
    await t.fire(id, 'check');
    await t.advance('1s');
    expect(await t.order(id)).toMatchObject({ status: 'CANCELLED', settled: false });
    await t.advance('1s');
    expect(await t.order(id)).toMatchObject({ status: 'CANCELLED', settled: true });
    expect((await t.story(id)).slice(-2)).toEqual([
      'transitioned → CANCELLED',
      'work_ended order.check late',
    ]);
  });

  it('fires for each of many orders, whenever they were made', async () => {
    const t = await started();
    const ids: string[] = [];
    for (let n = 0; n < 300; n++) {
      ids.push((await t.create(oneOf('basket'))).id);
      if (n % 100 === 99) await t.advance('1m');
    }
    await t.advance('27m');
    const count = async () =>
      (await Promise.all(ids.map((id) => t.order(id)))).filter(({ status }) => status === 'CANCELLED').length;
    const counts = [await count()];
    for (let n = 0; n < 3; n++) {
      await t.advance('1m');
      counts.push(await count());
    }
    expect(counts).toEqual([100, 200, 300, 300]);
  });
});
