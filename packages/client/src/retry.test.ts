import { describe, expect, test } from 'vitest';
import { PawlUnreachableError } from './errors.ts';
import { BACKOFF_MAX_MS, BACKOFF_MS, DEFAULT_RETRY, judge, pauseAfter, readRetryAfter } from './retry.ts';

describe('the pause after an attempt', () => {
  test('doubles up to its ceiling', () => {
    const longest = [1, 2, 3, 10].map((attempt) => pauseAfter(attempt, null, DEFAULT_RETRY, () => 1));
    expect(longest).toEqual([BACKOFF_MS, 2 * BACKOFF_MS, 4 * BACKOFF_MS, BACKOFF_MAX_MS]);
  });

  test('is anything between nothing and its ceiling, so that clients spread', () => {
    expect(pauseAfter(3, null, DEFAULT_RETRY, () => 0)).toBe(0);
    expect(pauseAfter(3, null, DEFAULT_RETRY, () => 0.25)).toBe(BACKOFF_MS);
  });

  test('is never shorter than the server asks for', () => {
    expect(pauseAfter(1, 7_000, DEFAULT_RETRY, () => 0)).toBe(7_000);
    expect(pauseAfter(1, 7_000, DEFAULT_RETRY, () => 1)).toBe(7_000 + BACKOFF_MS);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2025-01-31T09:30:00Z');

  test.each([
    ['0', 0],
    ['120', 120_000],
    ['Fri, 31 Jan 2025 09:30:05 GMT', 5_000],
    ['Friday, 31-Jan-25 09:30:05 GMT', 5_000],
    ['Fri, 31 Jan 2025 09:29:00 GMT', 0],
  ])('reads %s', (field, ms) => expect(readRetryAfter(field, now)).toBe(ms));

  test.each([null, '', '-5', '1.5', 'soon', '2025-01-31'])('takes %s for nothing', (field) =>
    expect(readRetryAfter(field, now)).toBeNull(),
  );
});

describe('the judgement of a failure', () => {
  test('takes a broken connection for transient, but not for harmless', () => {
    const error = new PawlUnreachableError('gone', { reason: 'connection' });
    expect(judge(error)).toEqual({ transient: true, untouched: false });
  });

  test('takes a bug of the caller for final', () => {
    expect(judge(new TypeError('not a function'))).toEqual({ transient: false, untouched: false });
  });
});
