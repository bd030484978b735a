import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ORDER_ID } from '../testing/life/life.ts';
import { parseTaskId, taskIdOf } from './task-id.ts';

it('tells the order, the version, the position, the queue and the undo, and is read back', () => {
  const parts = { orderId: ORDER_ID, version: 12, position: 3, queue: 'mail', undo: true };
  expect(taskIdOf(parts)).toBe(`${ORDER_ID}:12:3~mail:undo`);
  fc.assert(
    fc.property(
      fc.record(
        {
          orderId: fc.constant(ORDER_ID),
          version: fc.integer({ min: 1, max: 10 ** 9 }),
          position: fc.integer({ min: 0, max: 9_999 }),
          queue: fc.option(fc.stringMatching(/^[a-z][a-z0-9_-]{0,63}$/)),
          undo: fc.boolean(),
        },
        { noNullPrototype: true },
      ),
      (any) => void expect(parseTaskId(taskIdOf(any))).toEqual(any),
    ),
  );
});

it.each([
  [`${ORDER_ID}:1:0`, { version: 1, position: 0, queue: null, undo: false }],
  [`${ORDER_ID}:12:3:undo`, { version: 12, position: 3, queue: null, undo: true }],
  [`${ORDER_ID}:2147483647:0`, { version: 2_147_483_647, position: 0, queue: null, undo: false }],
  [`${ORDER_ID}:1:19~mail`, { version: 1, position: 19, queue: 'mail', undo: false }],
])('reads and writes %s', (id, parts) => {
  expect(parseTaskId(id)).toEqual({ orderId: ORDER_ID, ...parts });
  expect(taskIdOf({ orderId: ORDER_ID, ...parts })).toBe(id);
});

it.each([
  '',
  ORDER_ID,
  `${ORDER_ID}:0:0`,
  `${ORDER_ID}:01:0`,
  `${ORDER_ID}:1:-1`,
  `${ORDER_ID}:2147483648:0`,
  `${ORDER_ID}:1:0:UNDO`,
  `${ORDER_ID}:1:0~`,
  `${ORDER_ID}:1:0:undo~mail`,
  `${ORDER_ID}:1:0 `,
  `ord_81kjm2x9v0e5stpqn4c6b7d8fg:1:0`,
  `x${ORDER_ID}:1:0`,
])('is not %j', (text) => {
  expect(parseTaskId(text)).toBeUndefined();
});
