import { describe, expect, test } from 'vitest';
import { ProblemError } from '../refusal/problem-error.ts';
import { bulkEvent, createBody, patchBody } from '../schema/commands.ts';
import { orderListQuery } from '../schema/queries.ts';
import { compileValidator, createCheck } from './validator.ts';

const check = createCheck(createBody);
const item = { sku: 'A-1', qty: 2, price: '9.99' };
const pointers = (errors: readonly { pointer: string }[]) => errors.map(({ pointer }) => pointer);

describe('what is wrong is said so that it can be mended', () => {
  test.each(['', 'x'.repeat(129), 7])('a customer_id %j', (customer_id) => {
    expect(check({ items: [item], customer_id })).toEqual([
      { in: 'body', pointer: '#/customer_id', detail: 'must be 1 to 128 characters, or null' },
    ]);
  });

  test('an order of a list that is no direction', () => {
    const validate = compileValidator({ schema: orderListQuery, httpPart: 'querystring' } as never);
    expect(validate({ order: 'up' })).toMatchObject({
      error: { details: { errors: [{ pointer: '#/order', detail: 'must be one of: asc, desc' }] } },
    });
  });
});

describe('a new order', () => {
  test('is taken in its shortest form', () => {
    expect(check({ items: [item] })).toEqual([]);
  });

  test.each(['9.99', '0.01', '999999999999.99', '1', '1.123456', '0001.5', 9.99, 1, 0.1, 123456789.123456])(
    'may cost %s (R2.05)',
    (price) => {
      expect(check({ items: [{ ...item, price }] })).toEqual([]);
    },
  );

  test.each([
    '0',
    '0.00',
    '-1',
    '1e3',
    '',
    ' 1',
    '1.',
    '.5',
    '1234567890123',
    'NaN',
    '1,5',
    0,
    -1,
    1e12,
    0.1 + 0.2,
    null,
    true,
  ])('may not cost %s (R2.05)', (price) => {
    expect(pointers(check({ items: [{ ...item, price }] }))).toEqual(['#/items/0/price']);
  });

  test('is told every member that is not known, by its place', () => {
    expect(pointers(check({ items: [{ ...item, tax: 1 }], status: 'PAID', 'a/b': 1 })).sort()).toEqual([
      '#/a~1b',
      '#/items/0/tax',
      '#/status',
    ]);
  });

  test('is told every member that is missing', () => {
    expect(pointers(check({ items: [{ sku: 'A' }] }))).toEqual(['#/items/0/qty', '#/items/0/price']);
  });

  test.each([
    ['16 KiB of metadata', { metadata: { text: 'x'.repeat(16 * 1024) } }, '#/metadata'],
    ['nine levels of metadata', { metadata: { a: [[[[[[[[]]]]]]]] } }, '#/metadata'],
    ['501 lines', { items: Array.from({ length: 501 }, () => item) }, '#/items'],
    ['no lines', { items: [] }, '#/items'],
    ['a million and one pieces', { items: [{ ...item, qty: 1_000_001 }] }, '#/items/0/qty'],
    ['half a piece', { items: [{ ...item, qty: 1.5 }] }, '#/items/0/qty'],
    ['a text for a number', { items: [{ ...item, qty: '2' }] }, '#/items/0/qty'],
    ['a long sku', { items: [{ ...item, sku: 'x'.repeat(129) }] }, '#/items/0/sku'],
    ['a time without a zone', { occurred_at: '2025-01-31T09:30:00' }, '#/occurred_at'],
    ['a day that is not', { occurred_at: '2025-02-30T09:30:00Z' }, '#/occurred_at'],
  ])('is refused with %s', (_, members, pointer) => {
    expect(pointers(check({ items: [item], ...members }))).toEqual([pointer]);
  });

  test.each([[[]], [null], ['x'], [1]])('is no %j', (body) => {
    expect(pointers(check(body))).toEqual(['#']);
  });

  test('is told no more than a few of very many mistakes', () => {
    expect(check({ items: Array.from({ length: 500 }, () => ({})) }).length).toBeLessThan(100);
  });
});

describe('a patch', () => {
  const checkPatch = createCheck(patchBody);

  test.each([
    {},
    { status: 'PAID' },
    { status: 'PAID', reason: 'x' },
    { customer_id: null },
    { metadata: { a: null } },
  ])('may be %j', (body) => {
    expect(checkPatch(body)).toEqual([]);
  });

  test.each([
    { status: 'PAID', currency: 'EUR' },
    { reason: 'x' },
    { currency: null },
    { items: null },
    { metadata: null },
    { version: 7 },
    { tenant: 7 },
    { order_id: 'x' },
  ])('may not be %j (R1.05)', (body) => {
    expect(checkPatch(body)).toHaveLength(1);
  });
});

test('an operation on order 0 or a negative one is refused', () => {
  const checkEvent = createCheck(bulkEvent);
  expect(checkEvent({ op: 'event', order_id: '0', event: 'pay' })).toHaveLength(1);
  expect(checkEvent({ op: 'event', order_id: '-5', event: 'pay' })).toHaveLength(1);
  expect(checkEvent({ op: 'event', order_id: '05', event: 'pay' })).toEqual([]);
});

describe('a query string (R1.04)', () => {
  const validate = compileValidator({
    schema: orderListQuery,
    method: 'GET',
    url: '/orders',
    httpPart: 'querystring',
  });
  const read = (query: object): unknown => {
    const verdict = validate(query) as { value?: unknown; error?: Error };
    return verdict.error ?? verdict.value;
  };

  test('is read strictly', () => {
    expect(read({ limit: '100', offset: '0', count: 'true', order: 'asc' })).toEqual({
      limit: 100,
      offset: 0,
      count: true,
      order: 'asc',
    });
  });

  test.each([
    { limit: '' },
    { limit: '0' },
    { limit: '101' },
    { limit: '-1' },
    { limit: '1e1' },
    { limit: '0x10' },
    { limit: ' 5' },
    { limit: '5.0' },
    { limit: '05' },
    { limit: ['1', '2'] },
    { offset: '-1' },
    { offset: '10001' },
    { count: '1' },
    { order: 'up' },
    { page: '2' },
    { created_after: 'yesterday' },
    { customer_id: 'a\u0000' },
    { external_id: '\u0000' },
  ])('%j is refused', (query) => {
    expect(read(query)).toBeInstanceOf(ProblemError);
  });
});
