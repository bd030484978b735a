import { describe, expect, it } from 'vitest';
import { checkGuard } from './check-guard.ts';

const MONEY =
  "Write `order.amount_total > money('100')`, or `money(data.limit)` for a value that comes as text.";

describe('checkGuard', () => {
  it.each([
    "order.amount_total > money('100')",
    "order.amount_total == money('10.00') + money('5') - money('1')",
    'order.amount_total >= order.items[0].price * 2',
    'order.items.exists(i, i.qty > 10)',
    "order.items.all(i, i.sku in data.skus && i.price <= money('5.00'))",
    "order.items[0].price in [money('5.0'), money('6')]",
    'size(order.items) == 1 && order.items.size() < 3',
    "order.customer_id != null && order.customer_id.startsWith('c_')",
    "order.customer_id == 'c_1' || 'c_2' == order.customer_id",
    "order.customer_id in ['c_1', 'c_2']",
    "now - order.created_at < duration('720h') && now.getDayOfWeek() != 0",
    "has(data.tracking) && data.tracking != ''",
    'has(order.metadata.gift) && order.metadata.gift.wrapped == true',
    'data.count > 3 && data.weight_kg < 31.5',
    'money(data.limit) >= order.amount_total',
    "'approver' in actor.roles && actor.kind == 'user'",
    "order['currency'] == 'EUR'",
    'data.flag',
    'order.version == 1',
    'order.items.filter(i, i.qty > 1).size() == 0',
    "data.tags.exists(tag, has(tag.name) && tag.name == 'x')",
    'true',
  ])('takes %s', (source) => {
    expect(checkGuard(source)).toBeUndefined();
  });

  it.each([
    ["order.amount_total > '100'", 'money-compared-with-string'],
    ["'100' <= order.amount_total", 'money-compared-with-string'],
    ["order.amount_total == '10.00'", 'money-compared-with-string'],
    ["order.amount_total in ['10.00']", 'money-compared-with-string'],
    ['order.amount_total != data.limit', 'money-compared-with-string'],
    ['data.limit < order.amount_total', 'money-compared-with-string'],
    ['order.amount_total in data.limits', 'money-compared-with-string'],
    ['order.items.exists(i, i.price == order.metadata.limit)', 'money-compared-with-string'],
    ["order.items.exists(i, i.price > '5')", 'money-compared-with-string'],
    ['order.items.map(i, i.price)[0] == data.x', 'money-compared-with-string'],
    ["(data.x == 1 ? order.amount_total : data.y) == '5'", 'money-compared-with-string'],
    ['order.amount_total > 100', 'money-compared-with-number'],
    ['99.5 < order.amount_total', 'money-compared-with-number'],
    ['order.amount_total + 1 > order.amount_total', 'money-compared-with-number'],
    ['order.amount_total == null', 'guard-invalid'],
    ["money('1e9') > order.amount_total", 'guard-invalid'],
    ["money('ten') > order.amount_total", 'guard-invalid'],
    ['order.amount_total', 'guard-invalid'],
    ['order.nope == 1', 'guard-invalid'],
    ['has(order.nope)', 'guard-invalid'],
    ["order[data.member] == '10.00'", 'guard-invalid'],
    ["order.items[0][data.member] == '10.00'", 'guard-invalid'],
    ["actor[data.member] == 'anna'", 'guard-invalid'],
    ['order.amount_total > money(100)', 'guard-invalid'],
    ['order.amount_total > money(1.5)', 'guard-invalid'],
    ["order.version == '3'", 'guard-invalid'],
    ['order.customer_id == 5', 'guard-invalid'],
    ["order.status = 'PAID'", 'guard-invalid'],
    ['unknown > 1', 'guard-invalid'],
    ['data.count >', 'guard-invalid'],
    ['', 'guard-invalid'],
    ["order.currency.matches('(a+)+$')", 'guard-invalid'],
    ["cel.bind(x, 'a', x == x)", 'guard-invalid'],
    ["dyn(order.amount_total) == '1'", 'guard-invalid'],
    ["now.getHours('Europe/Berlin') > 8", 'guard-invalid'],
    ['order.items.all(i, order.items.exists(j, j.sku == i.sku))', 'guard-invalid'],
    [`${'('.repeat(300)}true${')'.repeat(300)}`, 'guard-invalid'],
    [`${'!'.repeat(1_900)}true`, 'guard-invalid'],
    ["data.s.split('').map(c, data.s).join('') != ''", 'guard-invalid'],
    [Array.from({ length: 400 }, () => 'true').join('||'), 'guard-invalid'],
  ])('refuses %s as %s', (source, code) => {
    expect(checkGuard(source)).toMatchObject({ code });
  });

  it('advises money() where money meets text', () => {
    expect(checkGuard("order.amount_total > '100'")?.advice).toContain("order.amount_total > money('100')");
  });

  it.each([
    ["order.amount_total > '100'", 'Money meets string.', MONEY],
    ["order.amount_total in ['10.00']", 'Money meets list<string>.', MONEY],
    ['order.amount_total != data.limit', 'Money meets a value whose type is not known.', MONEY],
    ['order.amount_total > 100', 'Money meets int.', MONEY],
    ['99.5 < order.amount_total', 'Money meets double.', MONEY],
    ['order.amount_total == null', 'An amount is never null.', 'Remove the comparison.'],
    [
      "money('ten') > order.amount_total",
      "'ten' is no amount of money.",
      "Write a decimal in quotes, for example money('9.99').",
    ],
    [
      `money('${'9'.repeat(60)}') > order.amount_total`,
      `'${'9'.repeat(50)}' is no amount of money.`,
      "Write a decimal in quotes, for example money('9.99').",
    ],
    ['order.amount_total', 'The expression answers Money, not true or false.', 'Compare it with something.'],
    [
      "order[data.member] == '10.00'",
      'A member is chosen by an expression, so that its type is not known.',
      'Name the member.',
    ],
    [
      'order.customer_id == 5',
      'Text that can be null meets int, so that they are never equal.',
      'Compare it with text or null.',
    ],
    [
      '5 == order.customer_id',
      'Text that can be null meets int, so that they are never equal.',
      'Compare it with text or null.',
    ],
  ])('says what is wrong with %s, and what to do', (source, detail, advice) => {
    expect(checkGuard(source)).toMatchObject({ detail, advice });
  });

  it.each([
    ['data.count >', /^Unexpected token: EOF/],
    ['unknown > 1', /^Unknown variable: unknown/],
    ['has(order.nope)', /^No such key: nope/],
    ["order.status = 'PAID'", /^Unexpected character: =/],
  ])('says of %s what the language says', (source, detail) => {
    expect(checkGuard(source)).toEqual({
      code: 'guard-invalid',
      detail: expect.stringMatching(detail),
      advice: 'Correct the expression.',
    });
  });

  it('shows what the type check says, and where', () => {
    expect(checkGuard("order.version == '3'")?.detail).toContain('no such overload: int == string');
    expect(checkGuard("order.version == '3'")?.detail).toContain('^');
  });

  it.each(['data.x == 1', "actor.kind == 'user'", 'has(data.x)', 'order.amount_total > data.limit'])(
    'refuses %s where nobody sends an event',
    (source) => {
      expect(checkGuard(source)?.code).not.toBe('guard-invalid');
      expect(checkGuard(source, 'unattended')).toMatchObject({
        code: 'guard-invalid',
        detail: expect.stringMatching(/^Nobody sends an event here, so that there is no `(data|actor)`\.$/),
        advice: 'Ask about `order` and `now` only.',
      });
    },
  );

  it.each([
    "order.amount_total > money('5')",
    'order.items.all(data, data.qty > 1)',
    'now > order.created_at',
  ])('takes %s where nobody sends an event', (source) => {
    expect(checkGuard(source, 'unattended')).toBeUndefined();
  });
});
