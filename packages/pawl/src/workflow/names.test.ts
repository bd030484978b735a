import { describe, expect, it } from 'vitest';
import {
  ANNOUNCED_TYPE,
  EVENT_NAME,
  HOLD_NAME,
  nearest,
  ROLE_NAME,
  STATE_NAME,
  TASK_NAME,
  TOPIC_NAME,
  WORKFLOW_NAME,
} from './names.ts';

const WORD_TAKEN = ['a', 'z', 'pay', 'a0', 'a_b-c9', 'a'.repeat(64)];
const WORD_REFUSED = [
  ...['', 'A', '0a', '_a', '-a', 'aB', 'Aa', 'a b', ' a', 'a ', 'a\n', 'a.b', 'a/b', 'a~', 'é', 'aé'],
  'a'.repeat(65),
];

describe('a name', () => {
  it.each([
    ['workflow', WORKFLOW_NAME, WORD_TAKEN, WORD_REFUSED],
    ['event', EVENT_NAME, WORD_TAKEN, WORD_REFUSED],
    ['topic', TOPIC_NAME, WORD_TAKEN, WORD_REFUSED],
    ['hold', HOLD_NAME, WORD_TAKEN, WORD_REFUSED],
    [
      'state',
      STATE_NAME,
      ['A', 'Z', 'PAID', 'A0_Z9', 'A'.repeat(64)],
      ['', 'a', '0A', '_A', 'A-B', 'aA', 'Aa', 'A b', ' A', 'A ', 'A\n', 'Ä', 'A'.repeat(65)],
    ],
    [
      'role',
      ROLE_NAME,
      ['a', 'Z', 'clerk', 'Order.Manager', 'a_b-c.d9', 'a'.repeat(64)],
      ['', '0a', '.a', '-a', '_a', 'a+b', 'a:b', 'a,b', 'a b', ' a', 'a ', 'a\n', 'é', 'a'.repeat(65)],
    ],
    [
      'announced type',
      ANNOUNCED_TYPE,
      ['A', 'Z', 'OrderPlaced', 'Order2', 'A'.repeat(64)],
      ['', 'a', 'orderPlaced', '0A', 'A_B', 'A-B', 'A.B', ' A', 'A ', 'A\n', 'Ä', 'A'.repeat(65)],
    ],
    [
      'task',
      TASK_NAME,
      ['a', 'charge', 'payment.charge', 'a_b-9.c_d-8', `${'a'.repeat(64)}.${'b'.repeat(64)}`],
      [
        ...['', 'A', '0a', 'a.', '.a', 'a..b', 'a.b.c', 'a.0b', 'a.B', 'A.b', 'aB', ' a', 'a ', 'a\n', 'é'],
        ...['a.b ', 'a.bC', 'queue:a', 'a'.repeat(65), `a.${'b'.repeat(65)}`],
      ],
    ],
  ])('of a %s is taken, or refused', (_, form, taken, refused) => {
    expect(taken.filter((name) => !form.test(name))).toEqual([]);
    expect(refused.filter((name) => form.test(name))).toEqual([]);
  });
});

const STATES = ['CREATED', 'PAID', 'SHIPPED', 'DELIVERED'];

describe('the name that was meant', () => {
  it.each([
    ['PIAD', 'PAID'],
    ['Shipped', 'SHIPPED'],
    ['DELIVERD', 'DELIVERED'],
    ['', undefined],
    ['NOWHERE_NEAR_ANY', undefined],
    ['x'.repeat(100_000), undefined],
  ])('by %s is %s', (name, meant) => {
    expect(nearest(name, STATES)).toBe(meant);
  });

  it('is the closest one, the first of those that are equally close', () => {
    expect(nearest('CART', ['CAROL', 'CARS', 'CARE'])).toBe('CARS');
    expect(nearest('CART', ['CARE', 'CARS'])).toBe('CARE');
  });

  it('may differ in half of the letters, and in one of a single one', () => {
    expect(nearest('ABCD', ['ABXY'])).toBe('ABXY');
    expect(nearest('ABCD', ['AXYZ'])).toBeUndefined();
    expect(nearest('ABCDE', ['ABCXY'])).toBe('ABCXY');
    expect(nearest('ABCDE', ['ABXYZ'])).toBeUndefined();
    expect(nearest('A', ['B'])).toBe('B');
    expect(nearest('A', ['BC'])).toBeUndefined();
  });

  it.each([
    ['ABCD', 'ABCDE', 'a letter too few'],
    ['ABCDE', 'ABCD', 'a letter too many'],
    ['XABCD', 'ABCD', 'a letter too many in front'],
    ['ABCD', 'XABCD', 'a letter too few in front'],
    ['ABXCD', 'ABCD', 'a letter too many within'],
  ])('by %s is %s: %s', (name, meant) => {
    expect(nearest(name, [`${meant}${meant}`, meant])).toBe(meant);
  });
});
