import { expect, test } from 'vitest';
import { isUtcOffset, toUtc } from './local-time.ts';

test('a local time is that of the declared offset', () => {
  expect(toUtc('2018-08-17 12:15:10', '-03:00')).toBe('2018-08-17T15:15:10.000Z');
  expect(toUtc('2018-12-31 23:30:00', '-03:00')).toBe('2019-01-01T02:30:00.000Z');
  expect(toUtc('2018-08-17T12:15:10', '+00:00')).toBe('2018-08-17T12:15:10.000Z');
});

test.each(['', '2018-08-17', '2018-04-31 10:00:00', '2018-08-17 25:00:00', '2018-08-17 12:15:10Z'])(
  '%j is no local time',
  (text) => expect(toUtc(text, '-03:00')).toBeUndefined(),
);

test('an offset has a sign, hours and minutes', () => {
  expect(['-03:00', '+05:45', '+14:00'].every(isUtcOffset)).toBe(true);
  expect(['3', '-3:00', 'Z', '+15:00', '-03:60'].some(isUtcOffset)).toBe(false);
});
