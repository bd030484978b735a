import { describe, expect, test } from 'vitest';
import { makeTraceId, parseRequestId, parseTraceparent } from './trace.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

describe('traceparent (W3C Trace Context)', () => {
  test.each([
    `00-${TRACE}-${PARENT}-01`,
    ` 00-${TRACE}-${PARENT}-00 `,
    `cc-${TRACE}-${PARENT}-01`,
    `cc-${TRACE}-${PARENT}-01-what`,
  ])('continues %s', (header) => {
    expect(parseTraceparent(header)).toBe(TRACE);
  });

  test.each([
    undefined,
    '',
    `00-${TRACE}-${PARENT}-01-`,
    `00-${TRACE}-${PARENT}-01-what`,
    `cc-${TRACE}-${PARENT}-01.what`,
    `ff-${TRACE}-${PARENT}-01`,
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${PARENT}-01`,
    `00-${TRACE.slice(1)}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-1`,
    `00-${TRACE}-${PARENT}-01, 00-${TRACE}-${PARENT}-01`,
  ])('starts a new trace for %s', (header) => {
    expect(parseTraceparent(header)).toBeUndefined();
  });

  test('makes ids of 32 hexadecimal characters', () => {
    expect(makeTraceId()).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('X-Request-Id', () => {
  test('takes what can be echoed', () => {
    expect(parseRequestId('req-1/a')).toBe('req-1/a');
  });

  test.each(['', 'a b', 'ü', 'x'.repeat(129), 'a, b'])('does not take %j', (header) => {
    expect(parseRequestId(header)).toBeUndefined();
  });
});
