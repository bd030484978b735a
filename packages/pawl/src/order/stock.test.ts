import { expect, it } from 'vitest';
import { deltaOf, type OrderMovement } from './stock.ts';

it.each<[OrderMovement['kind'], { onHand: number; reserved: number }, string]>([
  ['reserve', { onHand: 0, reserved: 3 }, 'stays in the house, for the order'],
  ['release', { onHand: 0, reserved: -3 }, 'stays in the house, for anybody'],
  ['ship', { onHand: -3, reserved: -3 }, 'leaves the house, and the order'],
])('what an order has to %s moves by %j: it %s', (kind, delta) => {
  expect(deltaOf({ kind, sku: 'A', qty: 3, effectKey: 'x' })).toEqual(delta);
});
