import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createTimestamp } from './timestamp.ts';

it('writes every time as RFC 3339 with milliseconds, also when the clock steps back (R2.08)', () => {
  const timestamp = createTimestamp();
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4_102_444_800_000 }),
      (ms) => timestamp(ms) === new Date(ms).toISOString(),
    ),
  );
  expect([999, 1000, 1001, 1000, 999].map(timestamp)).toEqual(
    [999, 1000, 1001, 1000, 999].map((ms) => new Date(ms).toISOString()),
  );
});
