import { expect, it } from 'vitest';
import { DURATION_MAX_MS, durationMs } from './duration.ts';

it.each([
  ['1ms', 1],
  ['250ms', 250],
  ['10s', 10_000],
  ['30m', 1_800_000],
  ['12h', 43_200_000],
  ['365d', DURATION_MAX_MS],
])('reads %s', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

it.each(['', '0s', '05s', '1', 's', '1.5h', '-1s', '1 s', '1S', '1w', '1234567890s', '1s\n', 'P1D'])(
  'takes %j for no length of time',
  (text) => {
    expect(durationMs(text)).toBeNaN();
  },
);
