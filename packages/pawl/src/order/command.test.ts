import { expect, it } from 'vitest';
import { systemActor } from './command.ts';

it('lets the system act under one number in every tenant, and by no role', () => {
  const system = { number: 0, name: 'system', kind: 'system', roles: [] };
  expect([systemActor(1), systemActor(9)]).toEqual([
    { tenant: 1, ...system },
    { tenant: 9, ...system },
  ]);
});
