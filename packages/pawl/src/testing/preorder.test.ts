import { describe, expect, it, onTestFinished } from 'vitest';
import { oneOf, shipped } from './samples.ts';
import { createTestPawl, type TestPawl, type TestPawlOptions } from './test-pawl.ts';

async function started(options: Partial<TestPawlOptions> = {}): Promise<TestPawl> {
  const t = await createTestPawl({ workflows: [shipped('preorder')], ...options });
  onTestFinished(() => t.close());
  await t.stock('A-1', 10);
  return t;
}

const RESERVED = [
  'created → SUBMITTED',
  'work_ended stock.check done',
  'work_ended stock.reserve done → RESERVED',
];

/** Longest pauses before the second attempt, the third…, as the definition has them. */
const PAUSES_MAX_MS = [1_000, 2_000, 4_000, 8_000];
const TIMEOUT_MS = 10_000;
/** How late a timeout may be noticed. */
const TICK_MS = 100;
/** How long a handler is waited for after that, to tell that nothing has happened. */
const HEED_MS = 50;

describe('the preorder that ships', () => {
  it('is reserved, charged and confirmed, and the piece stays reserved', async () => {
    const t = await started();
    const order = await t.create(oneOf('preorder'));
    expect(order).toMatchObject({ status: 'CONFIRMED', settled: true, blocked: false });
    expect(await t.story(order.id)).toEqual([...RESERVED, 'work_ended payment.charge done → CONFIRMED']);
    expect(await t.stock('A-1')).toMatchObject({ onHand: 10, reserved: 1 });
  });

  it('tells each subscribed queue once, and is settled when the last has it', async () => {
    const t = await started({
      subscriptions: { 'order-confirmed': ['mailer', 'crm'], warehouse: ['warehouse'] },
    });
    const held = t.tasks.hold('queue:warehouse');
    const order = await t.create(oneOf('preorder'));
    expect(order).toMatchObject({ status: 'CONFIRMED', settled: false });
    const tasks = t.tasks.calls().map(({ name, effectKey, input }) => [name, effectKey, input]);
    expect(tasks.slice(1)).toEqual([
      ['queue:crm', `${order.id}:4:0~crm`, { topic: 'order-confirmed' }],
      ['queue:mailer', `${order.id}:4:0~mailer`, { topic: 'order-confirmed' }],
      ['queue:warehouse', `${order.id}:4:1~warehouse`, { topic: 'warehouse' }],
    ]);
    held.succeed();
    await t.settle();
    expect(await t.order(order.id)).toMatchObject({ status: 'CONFIRMED', settled: true });
  });

  it('fails in the commit that takes it in where stock is short, and takes nothing', async () => {
    const t = await started();
    const items = [
      { sku: 'A-1', qty: 2, price: '1' },
      { sku: 'B-1', qty: 1, price: '1' },
    ];
    const order = await t.create({ workflow: 'preorder', items });
    expect(order).toMatchObject({ status: 'FAILED', settled: true, awaitsReview: true });
    expect(await t.story(order.id)).toEqual([
      'created → SUBMITTED',
      'work_ended stock.check failed → FAILED',
    ]);
    expect((await t.trail(order.id)).at(-1)?.payload?.reason).toBe(
      'insufficient stock: 1 of B-1 wanted, 0 available',
    );
    expect([await t.stock('A-1'), t.tasks.calls()]).toMatchObject([{ reserved: 0 }, []]);
  });

  it('sells no piece twice, however many ask at once', async () => {
    const t = await started();
    const outcomes = await Promise.all(Array.from({ length: 25 }, () => t.pawl.create(oneOf('preorder'))));
    await t.settle();
    const orders = await Promise.all(outcomes.map((one) => t.order(one.ok ? one.order.id : '')));
    const count = (status: string) => orders.filter((order) => order.status === status).length;
    expect([count('CONFIRMED'), count('FAILED')]).toEqual([10, 15]);
    expect(await t.stock('A-1')).toMatchObject({ onHand: 10, reserved: 10 });
  });

  it('gives the piece back when the payment is declined, and refunds nothing', async () => {
    const t = await started();
    t.tasks.fail('payment.charge', 'declined');
    const order = await t.create(oneOf('preorder'));
    expect(order).toMatchObject({ status: 'FAILED', settled: true, awaitsReview: true });
    expect(await t.story(order.id)).toEqual([
      ...RESERVED,
      'work_ended payment.charge failed → FAILED',
      'compensated stock.release',
    ]);
    expect([await t.stock('A-1'), t.tasks.calls('payment.refund')]).toMatchObject([{ reserved: 0 }, []]);
  });

  it.each([1, 2, 3, 4])('goes on after %i failed attempts, each again within its pause', async (times) => {
    const t = await started({ seed: times });
    t.tasks.throw('payment.charge', 'the gateway is away', { times });
    const { id } = await t.create(oneOf('preorder'));
    await t.advance('15s');
    expect((await t.order(id)).status).toBe('CONFIRMED');
    const calls = t.tasks.calls('payment.charge');
    expect(calls.map(({ attempt }) => attempt)).toEqual(Array.from({ length: times + 1 }, (_, n) => n + 1));
    expect(new Set(calls.map(({ effectKey }) => effectKey))).toEqual(new Set([`${id}:3:0`]));
    const work = (await t.trail(id)).find(({ head }) => head.task === 'payment.charge')?.payload?.work;
    expect(work?.attempts).toBe(times + 1);
    expect(work?.failures).toMatchObject(
      calls.slice(0, times).map(({ attempt, at }) => ({ attempt, at, error: 'the gateway is away' })),
    );
  });

  it('pauses for a random part of what the policy allows, over all of it', async () => {
    const pauses: number[][] = [[], [], [], []];
    for (let seed = 0; seed < 40; seed++) {
      const t = await started({ seed });
      t.tasks.throw('payment.charge', 'the gateway is away');
      await t.create(oneOf('preorder'));
      await t.advance('15s');
      const times = t.tasks.calls('payment.charge').map(({ at }) => at);
      for (const [n, list] of pauses.entries()) list.push((times[n + 1] ?? Number.NaN) - (times[n] ?? 0));
    }
    for (const [n, list] of pauses.entries()) {
      const most = PAUSES_MAX_MS[n] ?? 0;
      expect(Math.min(...list)).toBeGreaterThanOrEqual(0);
      expect(Math.min(...list)).toBeLessThan(most * 0.2);
      expect(Math.max(...list)).toBeLessThan(most);
      expect(Math.max(...list)).toBeGreaterThan(most * 0.8);
    }
  });

  it('makes the next attempt at the very millisecond that it tells', async () => {
    const t = await started();
    t.tasks.throw('payment.charge', 'the gateway is away', { times: 3 });
    const { id } = await t.create(oneOf('preorder'));
    for (let attempts = 1; attempts <= 3; attempts++) {
      const [reason] = await t.waiting(id);
      expect(reason).toMatchObject({ kind: 'task', status: 'waiting', attempts, attemptsMax: 5 });
      const at = reason?.kind === 'task' ? (reason.nextAttemptAt ?? 0) : 0;
      await t.advance(at - t.clock.now() - 1);
      expect(t.tasks.calls('payment.charge')).toHaveLength(attempts);
      await t.advance(1);
      expect(t.tasks.calls('payment.charge').at(-1)).toMatchObject({ attempt: attempts + 1, at });
    }
    expect((await t.order(id)).status).toBe('CONFIRMED');
  });

  it('ends each attempt that does not answer by its timeout', async () => {
    const t = await started();
    t.tasks.hang('payment.charge');
    const { id } = await t.create(oneOf('preorder'));
    await t.advance('66s');
    const calls = t.tasks.calls('payment.charge');
    expect(calls).toHaveLength(5);
    const failures =
      (await t.trail(id)).find(({ head }) => head.task === 'payment.charge')?.payload?.work?.failures ?? [];
    for (const [n, failure] of failures.entries()) {
      const took = failure.at - (calls[n]?.at ?? 0);
      expect(took).toBeGreaterThanOrEqual(TIMEOUT_MS);
      expect(took).toBeLessThanOrEqual(TIMEOUT_MS + TICK_MS + HEED_MS);
    }
    expect(failures).toHaveLength(5);
  });

  it('refunds a charge of which nobody knows, then gives the piece back', async () => {
    const t = await started();
    t.tasks.throw('payment.charge', 'the connection broke');
    const refund = t.tasks.hold('payment.refund');
    const { id } = await t.create(oneOf('preorder'));
    await t.advance('15s');
    expect(await t.order(id)).toMatchObject({ status: 'FAILED', settled: false, awaitsReview: false });
    expect(await t.stock('A-1')).toMatchObject({ reserved: 1 });
    expect(t.tasks.calls('payment.refund')).toMatchObject([
      { effectKey: `${id}:3:0:undo`, undoes: `${id}:3:0`, input: { reference: null } },
    ]);
    refund.succeed();
    await t.settle();
    expect(await t.story(id)).toEqual([
      ...RESERVED,
      'work_ended payment.charge failed → FAILED',
      'compensated payment.refund',
      'compensated stock.release',
    ]);
    expect(await t.order(id)).toMatchObject({ settled: true, awaitsReview: true });
    expect(await t.stock('A-1')).toMatchObject({ reserved: 0 });
  });

  it('refunds nothing where the last attempt was declined, whatever came of the others', async () => {
    const t = await started();
    t.tasks.throw('payment.charge', 'the connection broke', { times: 1 });
    t.tasks.script('payment.charge', [{ kind: 'failed', reason: 'declined' }]);
    const { id } = await t.create(oneOf('preorder'));
    await t.advance('1s');
    expect(await t.order(id)).toMatchObject({ status: 'FAILED', settled: true });
    expect(t.tasks.calls('payment.refund')).toEqual([]);
  });

  it('is blocked by a refund that keeps failing, until an operator has it tried again', async () => {
    const t = await started();
    t.tasks.throw('payment.charge', 'the connection broke');
    t.tasks.throw('payment.refund', 'the connection broke');
    const { id } = await t.create(oneOf('preorder'));
    await t.advance('1h');
    const taskId = `${id}:3:0:undo`;
    expect(await t.order(id)).toMatchObject({ status: 'FAILED', settled: false, blocked: true });
    expect(t.tasks.calls('payment.refund')).toHaveLength(10);
    expect(await t.waiting(id)).toMatchObject([{ kind: 'task', taskId, status: 'dead', isUndo: true }]);
    await expect(t.submit(id, { kind: 'redrive', reason: 'again' })).rejects.toMatchObject({
      rejection: { code: 'redrive-not-possible' },
    });
    t.tasks.succeed('payment.refund');
    expect(await t.submit(id, { kind: 'retry-task', taskId })).toMatchObject({
      settled: true,
      blocked: false,
    });
    expect(t.tasks.calls('payment.refund').at(-1)).toMatchObject({ attempt: 1, effectKey: taskId });
    expect((await t.story(id)).slice(-4)).toEqual([
      'work_ended payment.refund dead',
      'retried payment.refund',
      'compensated payment.refund',
      'compensated stock.release',
    ]);
  });

  it('goes on compensating after an operator has said that the refund was made', async () => {
    const t = await started();
    t.tasks.throw('payment.charge', 'the connection broke');
    t.tasks.throw('payment.refund', 'the connection broke');
    const { id } = await t.create(oneOf('preorder'));
    await t.advance('1h');
    const command = { kind: 'resolve-task', taskId: `${id}:3:0:undo`, outcome: 'done' } as const;
    const resolved = await t.submit(id, { ...command, reason: 'by bank transfer' });
    expect(resolved).toMatchObject({ status: 'FAILED', settled: true, blocked: false });
    expect(await t.stock('A-1')).toMatchObject({ reserved: 0 });
  });

  it('starts a new run when it is redriven, with keys of its own', async () => {
    const t = await started();
    t.tasks.fail('payment.charge', 'declined', { times: 1 });
    const { id } = await t.create(oneOf('preorder'));
    expect(await t.waiting(id)).toEqual([{ kind: 'review', redrive: 'SUBMITTED' }]);
    const redriven = await t.submit(id, { kind: 'redrive', reason: 'another card' });
    expect(redriven).toMatchObject({ status: 'CONFIRMED', settled: true, awaitsReview: false });
    const keys = t.tasks.calls('payment.charge').map(({ effectKey }) => effectKey);
    expect(keys).toEqual([`${id}:3:0`, `${id}:8:0`]);
    expect(await t.stock('A-1')).toMatchObject({ onHand: 10, reserved: 1 });
  });

  it('compensates what the redriven run has done, and not again what the first did', async () => {
    const t = await started();
    t.tasks.fail('payment.charge', 'declined');
    const { id } = await t.create(oneOf('preorder'));
    await t.submit(id, { kind: 'redrive', reason: 'another card' });
    expect((await t.story(id)).filter((line) => line === 'compensated stock.release')).toHaveLength(2);
    expect(await t.stock('A-1')).toMatchObject({ reserved: 0 });
    expect((await t.order(id)).work.effects).toEqual([]);
  });

  it('leaves the list when it was reviewed, and can still be redriven', async () => {
    const t = await started();
    const { id } = await t.create(oneOf('preorder', 'B-1'));
    expect(await t.submit(id, { kind: 'review', reason: 'seen' })).toMatchObject({ awaitsReview: false });
    await expect(t.submit(id, { kind: 'review', reason: 'seen' })).rejects.toMatchObject({
      rejection: { code: 'review-not-due' },
    });
    await t.stock('B-1', 1);
    expect((await t.submit(id, { kind: 'redrive', reason: 'there is one now' })).status).toBe('CONFIRMED');
  });
});
