import { describe, expect, it, onTestFinished } from 'vitest';
import { defineWorkflow } from '../workflow/definition.ts';
import { oneOf, shipped } from './samples.ts';
import { createTestPawl, type TestPawl } from './test-pawl.ts';

const HOUR_MS = 3_600_000;
const BASKET = defineWorkflow({
  name: 'basket',
  initial: 'OPEN',
  states: {
    OPEN: { after: { '30m': 'CANCELLED' }, on: { touch: 'OPEN', pay: 'PAID' } },
    PAID: { final: true },
    CANCELLED: { final: true },
  },
});

async function started(): Promise<TestPawl> {
  const t = await createTestPawl({ workflows: [shipped('preorder'), BASKET] });
  onTestFinished(() => t.close());
  await t.stock('A-1', 10);
  return t;
}

const BOTH_WAYS = [
  ['forward', HOUR_MS],
  ['back', -HOUR_MS],
] as const;

describe.each(BOTH_WAYS)('a clock that jumps an hour %s', (_way, ms) => {
  it('makes nothing happen twice while a task runs', async () => {
    const t = await started();
    const charge = t.tasks.hold('payment.charge');
    const { id } = await t.create(oneOf('preorder'));
    await t.advance('1s');
    t.clock.jump(ms);
    await t.advance('5s');
    expect([t.tasks.calls('payment.charge').length, charge.waiting]).toEqual([1, 1]);
    charge.succeed();
    await t.settle();
    expect(await t.order(id)).toMatchObject({ status: 'CONFIRMED', settled: true });
    await t.advance('3h');
    expect(t.tasks.calls('payment.charge')).toHaveLength(1);
  });

  it('leaves a running attempt the time that it has, no more and no less', async () => {
    const t = await started();
    const began = t.clock.monotonic();
    let aborted = Number.NaN;
    t.tasks.script('payment.charge', [
      (_call, { signal }) => {
        signal.addEventListener('abort', () => {
          aborted = t.clock.monotonic();
        });
        return new Promise(() => undefined);
      },
    ]);
    const { id } = await t.create(oneOf('preorder'));
    await t.advance('4s');
    t.clock.jump(ms);
    await t.advance('3h');
    expect(aborted - began).toBeGreaterThanOrEqual(10_000);
    expect(aborted - began).toBeLessThanOrEqual(10_100);
    expect((await t.order(id)).status).toBe('CONFIRMED');
  });

  it('never lets the times of a trail go back', async () => {
    const t = await started();
    const { id } = await t.create(oneOf('basket'));
    await t.advance('1m');
    await t.fire(id, 'touch');
    t.clock.jump(ms);
    await t.fire(id, 'touch');
    await t.advance('1m');
    await t.fire(id, 'pay');
    const times = (await t.trail(id)).map(({ head }) => head.at);
    expect(times).toEqual([...times].sort((one, other) => one - other));
    expect((await t.order(id)).updatedAt).toBe(times.at(-1));
  });

  it('lets orders that are made after it go their way', async () => {
    const t = await started();
    await t.create(oneOf('preorder'));
    t.clock.jump(ms);
    t.tasks.throw('payment.charge', 'offline', { times: 2 });
    const { id, createdAt } = await t.create(oneOf('preorder'));
    expect(createdAt).toBe(t.clock.now());
    await t.advance('4s');
    expect((await t.order(id)).status).toBe('CONFIRMED');
    const basket = await t.create(oneOf('basket'));
    await t.advance('30m');
    expect((await t.order(basket.id)).status).toBe('CANCELLED');
  });
});

describe('a clock that jumps an hour forward', () => {
  it('has what waits taken up at the next look', async () => {
    const t = await started();
    t.tasks.throw('payment.charge', 'offline', { times: 1 });
    const [preorder, basket] = [await t.create(oneOf('preorder')), await t.create(oneOf('basket'))];
    t.clock.jump(HOUR_MS);
    await t.advance('500ms');
    expect((await t.order(preorder.id)).status).toBe('CONFIRMED');
    expect((await t.order(basket.id)).status).toBe('CANCELLED');
  });

  it('costs a running task none of its attempts beyond the last', async () => {
    const t = await started();
    const charge = t.tasks.hold('payment.charge');
    const { id } = await t.create(oneOf('preorder'));
    for (let n = 0; n < 8; n++) {
      t.clock.jump(HOUR_MS);
      await t.advance('1s');
    }
    charge.succeed();
    await t.settle();
    expect((await t.order(id)).status).toBe('CONFIRMED');
    expect(t.tasks.calls('payment.refund')).toEqual([]);
  });
});

describe('a clock that jumps an hour back', () => {
  it('lets what waits for a time of day wait for it', async () => {
    const t = await started();
    t.tasks.throw('payment.charge', 'offline', { times: 1 });
    const [preorder, basket] = [await t.create(oneOf('preorder')), await t.create(oneOf('basket'))];
    const at = (await t.order(preorder.id)).work.tasks[0]?.dueAt ?? 0;
    t.clock.jump(-HOUR_MS);
    await t.advance(at - t.clock.now() - 1);
    expect(t.tasks.calls('payment.charge')).toHaveLength(1);
    await t.advance(1);
    expect((await t.order(preorder.id)).status).toBe('CONFIRMED');
    await t.advance(basket.createdAt + 1_800_000 - t.clock.now() - 1);
    expect((await t.order(basket.id)).status).toBe('OPEN');
    await t.advance(1);
    expect((await t.order(basket.id)).status).toBe('CANCELLED');
  });
});
