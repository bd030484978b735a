import fc from 'fast-check';
import { expect, it } from 'vitest';
import { timeText } from './time-text.ts';

it.each([
  0,
  1,
  10,
  100,
  999,
  1_000,
  59_999,
  60_000,
  3_599_999,
  3_600_000,
  86_399_999,
  86_400_000,
  Date.UTC(2024, 1, 29, 23, 59, 59, 999),
  -1,
])('writes %d as the platform does', (ms) => {
  expect(timeText(ms)).toBe(new Date(ms).toISOString());
});

it('writes any time as the platform does, whichever day was written before it', () => {
  const ms = fc.integer({ min: Date.UTC(1900), max: Date.UTC(2100) });
  fc.assert(
    fc.property(fc.array(ms, { minLength: 2 }), (times) => {
      expect(times.map(timeText)).toEqual(times.map((time) => new Date(time).toISOString()));
    }),
  );
});

it('writes two times of one day one after the other', () => {
  const noon = Date.UTC(2026, 0, 5, 12);
  expect([timeText(noon), timeText(noon + 1), timeText(noon - 1)]).toEqual([
    '2026-01-05T12:00:00.000Z',
    '2026-01-05T12:00:00.001Z',
    '2026-01-05T11:59:59.999Z',
  ]);
});
