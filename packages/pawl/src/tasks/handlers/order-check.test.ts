import { describe, expect, it } from 'vitest';
import { OBJECT_BYTES_MAX, sizeFault } from '../../order/metadata.ts';
import type { JsonObject } from '../../order/order.ts';
import type { Guard } from '../../workflow/compiled.ts';
import { compileGuard } from '../../workflow/guard/guard.ts';
import { EXAMPLE_NOW, exampleOrder, exampleTask, exampleTools } from './example-task.ts';
import { checkOrder } from './order-check.ts';

const rule = (cel: string, reason: string): Guard => compileGuard({ cel, reason });
const HOLDS = rule("order.amount_total <= money('20')", 'The total is above 20.');
const BROKEN = rule('order.items.size() > 1', 'The order has one item only.');
const check = (rules: readonly Guard[], metadata: JsonObject = {}, tools = exampleTools()) =>
  checkOrder(exampleTask({ name: 'order.check', rules, order: exampleOrder(metadata) }), tools);

describe('checkOrder', () => {
  it('is done where every rule holds', async () => {
    expect(await check([HOLDS])).toEqual({ kind: 'done', data: {} });
    expect(await check([])).toEqual({ kind: 'done', data: {} });
  });

  it('names every broken rule, in their order', async () => {
    const other = rule("order.currency == 'USD'", 'Only dollars are taken.');
    expect(await check([BROKEN, HOLDS, other])).toEqual({
      kind: 'failed',
      reason: 'The order has one item only.; Only dollars are taken.',
      data: { violations: ['The order has one item only.', 'Only dollars are taken.'] },
    });
  });

  it('judges the order at the time of the attempt, with nobody asking', async () => {
    const seen = rule(
      `now == timestamp('${new Date(EXAMPLE_NOW).toISOString()}') && actor.id == 'system' && actor.kind == 'system'
        && actor.roles.size() == 0 && data.size() == 0`,
      'other facts',
    );
    expect(await check([seen])).toMatchObject({ kind: 'done' });
  });

  it('counts a rule that cannot be judged as broken', async () => {
    const result = await check([rule('order.metadata.absent.member == 1', 'never said')]);
    expect(result).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('cannot be judged') as string,
    });
  });

  it('bounds the reason to 1,000 characters and what it records to what an object may have', async () => {
    const rules = Array.from({ length: 40 }, (_, index) =>
      rule('false', `${index} `.repeat(300).slice(0, 900)),
    );
    const result = await check(rules);
    if (result?.kind !== 'failed') throw new Error('it has not failed');
    expect(result.reason).toHaveLength(1_000);
    expect(sizeFault(result.data ?? {})).toBeNull();
    const { violations } = result.data as { violations: string[] };
    expect(violations[0]).toMatch(/^0 0 /);
    expect(JSON.stringify(violations).length).toBeGreaterThan(OBJECT_BYTES_MAX - 1_000);
  });

  it('fails whatever the rules say where the token is fail', async () => {
    expect(await check([HOLDS], { validation: { token: 'fail' } })).toEqual({
      kind: 'failed',
      reason: "the order's validation token says so",
      data: { violations: ["the order's validation token says so"] },
    });
  });

  it('takes two seconds where the token is slow, then lets the rules decide', async () => {
    const tools = exampleTools();
    expect(await check([BROKEN], { validation: { token: 'slow' } }, tools)).toMatchObject({ kind: 'failed' });
    expect(await check([HOLDS], { validation: { token: 'slow' } }, tools)).toMatchObject({ kind: 'done' });
    expect(tools.slept).toEqual([2_000, 2_000]);
  });

  it('does not decide once its attempt was stopped', async () => {
    const tools = exampleTools({ signal: AbortSignal.abort() });
    const result = await check([BROKEN], { validation: { token: 'slow' } }, tools);
    expect(result).toMatchObject({ kind: 'retry', uncertain: false });
  });

  it.each([
    [{ validation: { token: 'other' } }],
    [{ validation: 'fail' }],
    [{ validation: ['fail'] }],
    [{ validation: null }],
    [{ token: 'fail' }],
  ])('lets the rules decide, at once, with %j', async (metadata) => {
    const tools = exampleTools();
    expect(await check([HOLDS], metadata, tools)).toMatchObject({ kind: 'done' });
    expect(tools.slept).toEqual([]);
  });
});
