import { describe, expect, it } from 'vitest';
import type { GuardFacts } from '../compiled.ts';
import { checkGuard } from './check-guard.ts';
import { ALLOWED_CALLS, ALLOWED_METHODS, LOOPS } from './environment.ts';
import { compileGuard } from './guard.ts';

const FACTS: GuardFacts = {
  order: {
    id: 'ord_1',
    external_id: 'x-1',
    customer_id: null,
    status: 'PAID',
    version: 3,
    currency: 'EUR',
    amount_total: '20.00',
    items: [
      { sku: 'A-1', qty: 2, price: '9.50' },
      { sku: 'B-2', qty: 1, price: '1.00' },
    ],
    metadata: {},
    created_at: Date.UTC(2026, 0, 31, 12, 30, 15, 250),
    updated_at: Date.UTC(2026, 0, 31, 12, 30, 15, 250),
  },
  data: { text: ' Anna ', count: 4 },
  now: Date.UTC(2026, 0, 31, 12, 30, 15, 250),
  actor: { id: '', kind: '', roles: [] },
};

/** What holds only if the function does what its name says. */
const CALLS: Readonly<Record<string, string>> = {
  has: 'has(data.text) && !has(data.nothing)',
  size: "size(order.items) == 2 && size('abc') == 3",
  money: "order.amount_total == money('20.00')",
  int: "int('42') == 42 && int(4.7) == 4",
  double: "double('1.5') == 1.5",
  string: "string(42) == '42'",
  bool: "bool('true')",
  timestamp: "timestamp('2026-01-31T12:30:15.250Z') == now",
  duration: "duration('90s') == duration('1m30s')",
};

const METHODS: Readonly<Record<string, string>> = {
  all: 'order.items.all(one, one.qty > 0)',
  exists: 'order.items.exists(one, one.qty == 2)',
  exists_one: 'order.items.exists_one(one, one.qty == 1)',
  filter: "order.items.filter(one, one.qty > 1)[0].sku == 'A-1'",
  map: "order.items.map(one, one.qty > 1, one.sku) == ['A-1'] && order.items.map(one, one.qty) == [2, 1]",
  contains: "order.id.contains('d_')",
  startsWith: "order.id.startsWith('ord_')",
  endsWith: "order.id.endsWith('_1')",
  indexOf: "'banana'.indexOf('an') == 1",
  lastIndexOf: "'banana'.lastIndexOf('an') == 3",
  split: "order.items[0].sku.split('-') == ['A', '1']",
  size: 'order.items.size() == 2',
  trim: "data.text.trim() == 'Anna'",
  lowerAscii: "order.currency.lowerAscii() == 'eur'",
  upperAscii: "'eur'.upperAscii() == order.currency",
  getFullYear: 'now.getFullYear() == 2026',
  getMonth: 'now.getMonth() == 0',
  getDate: 'now.getDate() == 31',
  getDayOfMonth: 'now.getDayOfMonth() == 30',
  getDayOfWeek: 'now.getDayOfWeek() == 6',
  getDayOfYear: 'now.getDayOfYear() == 30',
  getHours: 'now.getHours() == 12',
  getMinutes: 'now.getMinutes() == 30',
  getSeconds: 'now.getSeconds() == 15',
  getMilliseconds: 'now.getMilliseconds() == 250',
  substring: "'banana'.substring(4) == 'na' && 'banana'.substring(1, 3) == 'an'",
};

describe('a guard', () => {
  it.each(Object.entries({ ...CALLS, ...METHODS }))('may call %s: %s', (_, cel) => {
    expect(compileGuard({ cel }).evaluate(FACTS)).toEqual({ holds: true });
  });

  it('may call nothing else', () => {
    expect([...ALLOWED_CALLS].sort()).toEqual(Object.keys(CALLS).sort());
    expect([...ALLOWED_METHODS.keys()].sort()).toEqual(Object.keys(METHODS).sort());
    expect(checkGuard("order.currency.matches('E')")).toEqual({
      code: 'guard-invalid',
      detail: 'The method matches() with 1 arguments is not available.',
      advice: `Available: ${Object.keys(METHODS).join(', ')}.`,
    });
    expect(checkGuard("type('E') == type('F')")).toEqual({
      code: 'guard-invalid',
      detail: 'The function type() is not available.',
      advice: `Available: ${Object.keys(CALLS).join(', ')}.`,
    });
  });

  it.each([...LOOPS])('may not look at every element for every element: %s', (loop) => {
    const inner = `order.items.${loop}(two, two.qty > 1)`;
    expect(checkGuard(`order.items.all(one, ${inner} == ${inner})`)).toEqual({
      code: 'guard-invalid',
      detail: `${loop}() stands within another loop.`,
      advice: 'Use `in` for the inner one.',
    });
  });

  it('may not ask for the hour of a named time zone, which depends on the machine', () => {
    expect(checkGuard("now.getHours('Europe/Berlin') > 8")?.detail).toBe(
      'The method getHours() with 1 arguments is not available.',
    );
  });

  it('is as large, and as deep, as a person can still review', () => {
    const sum = (terms: number) => `${Array.from({ length: terms }, () => '1').join('+')} > 0`;
    expect(checkGuard(sum(249))).toBeUndefined();
    expect(checkGuard(sum(251))?.detail).toContain('500');
    const nested = (depth: number) => `${'['.repeat(depth)}1${']'.repeat(depth)} == []`;
    expect(checkGuard(nested(40))).toBeUndefined();
    expect(checkGuard(nested(60))?.detail).toContain('50');
  });
});
