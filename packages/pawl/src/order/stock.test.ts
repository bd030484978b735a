import { expect, it } from 'vitest';
import { balanceText, deltaOf, type OrderMovement } from './stock.ts';

it.each<[OrderMovement['kind'], { onHand: number; reserved: number }, string]>([
  ['reserve', { onHand: 0, reserved: 3 }, 'stays in the house, for the order'],
  ['release', { onHand: 0, reserved: -3 }, 'stays in the house, for anybody'],
  ['ship', { onHand: -3, reserved: -3 }, 'leaves the house, and the order'],
])('what an order has to %s moves by %j: it %s', (kind, delta) => {
  expect(deltaOf({ kind, sku: 'A', qty: 3, effectKey: 'x' })).toEqual(delta);
});

it('a balance is told with its version, so that two of them can be told apart', () => {
  const balance = { sku: 'A', onHand: 5, reserved: 2, version: 7 };

  expect(balanceText(balance)).toBe('5 in the house and 2 reserved (version 7)');
});

it('where there is no balance, that is what is told of it', () => {
  expect(balanceText(null)).toBe('nothing at all');
});
