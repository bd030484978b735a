import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GuardFacts } from '../compiled.ts';
import { compileGuard, constantVerdict } from './guard.ts';

const DAY_MS = 86_400_000;

const FACTS: GuardFacts = {
  order: {
    id: 'ord_1',
    external_id: null,
    customer_id: 'c_1',
    status: 'PAID',
    version: 3,
    currency: 'EUR',
    amount_total: '100.00',
    items: [
      { sku: 'A', qty: 2, price: '9.99' },
      { sku: 'B', qty: 1, price: '80.02' },
    ],
    metadata: {
      gift: true,
      count: 4,
      ratio: 1.5,
      deep: { list: [1, 'x', null] },
      constructor: 'own',
      huge: 1e20,
    },
    created_at: 0,
    updated_at: DAY_MS,
  },
  data: { limit: '99.5', count: 4, tags: ['a', 'b'], nothing: null },
  now: 30 * DAY_MS,
  actor: { id: 'anna', kind: 'user', roles: ['clerk', 'approver'] },
};

function judge(cel: string, facts: GuardFacts = FACTS) {
  return compileGuard({ cel }).evaluate(facts);
}

describe('a guard', () => {
  it.each([
    "order.amount_total == money('100')",
    "order.amount_total == money('100.0000')",
    "order.amount_total != money('100.01')",
    "order.amount_total > money('99.00')",
    "order.amount_total >= money('100') && order.amount_total <= money('100')",
    "order.amount_total < money('1000')",
    'order.amount_total == order.items[0].price * 2 + order.items[1].price',
    "order.amount_total - money('100') == money('0')",
    "order.items[1].price in [money('80.020')]",
    "order.items.map(i, i.price)[0] == money('9.990')",
    'order.amount_total > money(data.limit)',
    'order.external_id == null && order.customer_id != null',
    "order.customer_id == 'c_1'",
    "order.id == 'ord_1' && order.status == 'PAID' && order.currency == 'EUR'",
    'order.version == 3 && order.version + 1 > 3',
    'order.items.all(i, i.qty >= 1) && order.items.exists(i, i.qty > 1)',
    "order.items.exists_one(i, i.sku == 'A')",
    'order.metadata.count > 3 && order.metadata.count == 4',
    'order.metadata.count > 3.5',
    'order.metadata.ratio > 1.0',
    'order.metadata.huge > 1.0',
    'order.metadata.ratio < 2 && order.metadata.count * 2 == 8 && double(order.metadata.count) * 1.5 == 6.0',
    'order.metadata.gift',
    "order.metadata.deep.list[1] == 'x' && order.metadata.deep.list[2] == null",
    "order.metadata.constructor == 'own'",
    "!has(order.metadata.nope) && !has(order.metadata.toString) && !('toString' in order.metadata)",
    'has(data.count) && data.count > 3',
    "'b' in data.tags && data.tags.size() == 2",
    'data.nothing == null',
    "now - order.created_at == duration('720h') && now > order.updated_at",
    "order.created_at == timestamp('1970-01-01T00:00:00Z')",
    "'approver' in actor.roles && actor.id == 'anna' && actor.kind == 'user'",
  ])('holds: %s', (cel) => {
    expect(judge(cel)).toEqual({ holds: true });
  });

  it('gives its expression as the reason, or the reason that the definition gives', () => {
    expect(judge('order.version > 9')).toEqual({ holds: false, reason: 'order.version > 9' });
    const guard = compileGuard({ cel: 'order.version > 9', reason: 'The order is too young.' });
    expect(guard.evaluate(FACTS)).toEqual({ holds: false, reason: 'The order is too young.' });
    expect(guard.source).toBe('order.version > 9');
  });

  it.each([
    ['data.nope == 1', 'No such key: nope'],
    ['order.metadata.toString == 1', 'No such key: toString'],
    ['data.count / 0 == 1', 'division by zero'],
    ['order.version + 9223372036854775807 > 0', 'integer overflow'],
    ['order.items[7].qty == 1', 'index out of bounds'],
    ['data.limit > 3', 'no such overload'],
    ["money(order.currency) > money('1')", "'EUR' is no amount of money"],
    ['money(data.count) > order.amount_total', 'no matching overload'],
    ['order.metadata.deep', 'neither true nor false'],
  ])('refuses where it cannot be judged: %s, because %s', (cel, why) => {
    const verdict = compileGuard({ cel, reason: 'unused' }).evaluate(FACTS);
    expect(verdict).toMatchObject({ holds: false, reason: expect.stringContaining(why) });
  });

  it('judges each order by itself', () => {
    const guard = compileGuard({ cel: "order.items.exists(i, i.price > money('50'))" });
    const cheap = { ...FACTS, order: { ...FACTS.order, items: [{ sku: 'A', qty: 1, price: '1.00' }] } };
    expect([FACTS, cheap, FACTS].map((facts) => guard.evaluate(facts).holds)).toEqual([true, false, true]);
  });

  it('compares money exactly, where floating point would not', () => {
    const cents = fc.bigInt({ min: 0n, max: 10n ** 24n });
    fc.assert(
      fc.property(cents, cents, (left, right) => {
        const facts = { ...FACTS, order: { ...FACTS.order, amount_total: decimal(left) } };
        const limit = { ...facts, data: { limit: decimal(right) } };
        expect(judge('order.amount_total > money(data.limit)', limit).holds).toBe(left > right);
        expect(judge('order.amount_total == money(data.limit)', limit).holds).toBe(left === right);
      }),
      { numRuns: 50 },
    );
  });

  it('never throws, whatever the data', () => {
    const guard = compileGuard({ cel: "data.a.b > 1 && order.metadata.c[0] == 'x' || data.d in data.e" });
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('a', 'c', 'd', 'e', '__proto__'), fc.jsonValue()), (data) => {
        const facts = { ...FACTS, data, order: { ...FACTS.order, metadata: data } };
        expect(typeof guard.evaluate(facts).holds).toBe('boolean');
      }),
    );
  });

  it('is not compiled from an expression that was not verified', () => {
    expect(() => compileGuard({ cel: "order.amount_total > '1'" })).toThrow(/unverified guard/);
  });
});

describe('constantVerdict', () => {
  it.each([
    ['true', true],
    ['1 > 2', false],
    ['1 / 0 == 1', false],
    ["order.status == 'PAID'", true],
    ["order.status in ['CREATED']", false],
    ["order.status == 'PAID' && order.version > 1", undefined],
    ['data.x == 1', undefined],
    ["order['status'] == 'PAID'", undefined],
    ['order.items.all(order, order.qty > 1)', undefined],
  ])('%s in PAID: %s', (source, verdict) => {
    expect(constantVerdict(source, 'PAID')).toBe(verdict);
  });
});

function decimal(cents: bigint): string {
  const digits = cents.toString().padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
