import { afterEach, describe, expect, it, vi } from 'vitest';
import { RETRY_AFTER_MS_MAX, retryAfterMs } from './retry-after.ts';

// The moment of the examples of RFC 9110 §5.6.7.
const DATE = Date.UTC(1994, 10, 6, 8, 49, 37);

afterEach(() => vi.unstubAllEnvs());

describe('retryAfterMs', () => {
  it.each([
    ['1', 1_000],
    [' 120 ', 120_000],
    ['86400', RETRY_AFTER_MS_MAX],
    ['86401', RETRY_AFTER_MS_MAX],
    ['9'.repeat(400), RETRY_AFTER_MS_MAX],
  ])('reads %s seconds', (header, ms) => {
    expect(retryAfterMs(header, DATE)).toBe(ms);
  });

  it.each(['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'])(
    'reads the date %s',
    (header) => {
      // None of them is in the time of the place.
      vi.stubEnv('TZ', 'Asia/Tokyo');
      expect(retryAfterMs(header, DATE - 30_000)).toBe(30_000);
      expect(retryAfterMs(header, DATE - 2 * RETRY_AFTER_MS_MAX)).toBe(RETRY_AFTER_MS_MAX);
    },
  );

  it.each([
    null,
    '',
    '0',
    '-5',
    '1.5',
    '1e3',
    '0x10',
    'soon',
    'Sunday, whenever it will suit you',
    '1994-11-06T08:50:00Z',
    'Sun, 06 Nov 1994 08:49:37 GMT',
  ])('leaves %j to the policy where it asks for nothing, or for a time that has passed', (header) => {
    expect(retryAfterMs(header, DATE)).toBeNull();
  });
});
