import { describe, expect, it, onTestFinished } from 'vitest';
import { oneOf, shipped } from './samples.ts';
import { createTestPawl, type TestPawl } from './test-pawl.ts';

async function started(): Promise<TestPawl> {
  const t = await createTestPawl({ workflows: [shipped('approval')] });
  onTestFinished(() => t.close());
  return t;
}

/** Its check takes two seconds. */
const SLOW = { ...oneOf('approval'), metadata: { validation: { token: 'slow' } } };

describe('the approval that ships', () => {
  it('is checked, then approved by an approver and by nobody else', async () => {
    const t = await started();
    const { id } = await t.create(oneOf('approval'));
    expect((await t.fire(id, 'validate')).status).toBe('VALIDATED');
    const clerk = await t.actor('ann', ['clerk']);
    const approver = await t.actor('bob', ['approver']);
    await expect(t.fire(id, 'approve', {}, clerk)).rejects.toMatchObject({
      rejection: { code: 'role-required', roles: ['approver'] },
    });
    expect(await t.fire(id, 'approve', {}, approver)).toMatchObject({ status: 'APPROVED', settled: true });
    expect(await t.story(id)).toEqual([
      'created → CREATED',
      'work_accepted validate',
      'work_ended order.check done → VALIDATED',
      'transitioned approve → APPROVED',
    ]);
  });

  it('is rejected with every rule that it breaks', async () => {
    const t = await started();
    const { id } = await t.create({
      workflow: 'approval',
      items: [{ sku: 'A-1', qty: 1_000, price: '1000.01' }],
    });
    expect((await t.fire(id, 'validate')).status).toBe('REJECTED');
    expect((await t.trail(id)).at(-1)?.payload).toMatchObject({
      reason: 'The total is above the limit of 1,000,000.',
      work: { outcome: 'failed', result: { violations: ['The total is above the limit of 1,000,000.'] } },
    });
  });

  it('answers validate at once, and again the same while the check is under way', async () => {
    const t = await started();
    const { id } = await t.create(SLOW);
    const first = await t.pawl.fire(id, 'validate');
    const second = await t.pawl.fire(id, 'validate');
    const accepted = { message: 'validation started', taskId: `${id}:2:0` };
    expect(first).toMatchObject({ ok: true, order: { status: 'CREATED', version: 2 }, accepted });
    expect(second).toMatchObject({
      ok: true,
      order: { status: 'CREATED', version: 2 },
      events: [],
      accepted,
    });
    await t.advance('1999ms');
    expect((await t.order(id)).status).toBe('CREATED');
    await t.advance('1ms');
    expect((await t.order(id)).status).toBe('VALIDATED');
  });

  it('refuses edits while the check is under way, and takes them again after it is over', async () => {
    const t = await started();
    const { id } = await t.create(SLOW);
    await t.fire(id, 'validate');
    await expect(t.submit(id, { kind: 'edit', customerId: 'c-1' })).rejects.toMatchObject({
      rejection: { code: 'work-pending', event: 'validate', taskId: `${id}:2:0` },
    });
    await t.advance('2s');
    await expect(t.submit(id, { kind: 'edit', customerId: 'c-1' })).rejects.toMatchObject({
      rejection: { code: 'order-not-editable', status: 'VALIDATED' },
    });
  });

  it('lets a reject that comes during the check win: its end moves nothing', async () => {
    const t = await started();
    const { id } = await t.create(SLOW);
    await t.fire(id, 'validate');
    await t.advance('1s');
    const rejected = await t.fire(id, 'reject');
    expect(rejected).toMatchObject({ status: 'REJECTED', settled: false });
    expect(rejected.work.tasks).toMatchObject([{ id: `${id}:2:0`, orphan: true }]);
    await t.advance('1s');
    expect(await t.order(id)).toMatchObject({ status: 'REJECTED', settled: true, version: 4 });
    expect(await t.story(id)).toEqual([
      'created → CREATED',
      'work_accepted validate',
      'transitioned reject → REJECTED',
      'work_ended order.check late',
    ]);
  });

  it('checks the order as the last edit has left it', async () => {
    const t = await started();
    const { id } = await t.create(oneOf('approval'));
    await t.submit(id, { kind: 'edit', metadata: { validation: { token: 'fail' } } });
    expect((await t.fire(id, 'validate')).status).toBe('REJECTED');
  });
});
