import fc from 'fast-check';
import { expect, test } from 'vitest';
import { timeOf } from './time.ts';

test('writes every time as the platform does', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -8.64e15, max: 8.64e15 }),
      fc.integer({ min: 0, max: 4e12 }),
      (far, near) => {
        expect(timeOf(far)).toBe(new Date(far).toISOString());
        expect(timeOf(near)).toBe(new Date(near).toISOString());
        expect(timeOf(near + 1)).toBe(new Date(near + 1).toISOString());
      },
    ),
  );
});
