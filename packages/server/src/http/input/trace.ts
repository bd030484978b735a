import { createSystemRandom } from 'pawl';
import { REQUEST_ID_MAX_CHARS } from '../limits.ts';

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;
const NO_TRACE = '0'.repeat(32);
const NO_PARENT = '0'.repeat(16);
const VISIBLE = /^[\x21-\x7e]+$/;

/** The trace id of a `traceparent` (W3C Trace Context), or undefined if there is none that is valid. */
export function parseTraceparent(header: string | undefined): string | undefined {
  // Two headers arrive joined by a comma, which is no valid value either.
  const match = header === undefined ? null : TRACEPARENT.exec(header.trim());
  if (match === null) return undefined;
  const [, version, traceId, parentId, rest] = match;
  if (version === 'ff' || traceId === NO_TRACE || parentId === NO_PARENT) return undefined;
  if (version === '00' && rest !== undefined) return undefined;
  return traceId;
}

const random = createSystemRandom();

/** 32 hexadecimal characters. */
export function makeTraceId(): string {
  return random.hex(16);
}

/** The caller's own `X-Request-Id`, if it is one that can be echoed, logged and kept without harm. */
export function parseRequestId(header: string | undefined): string | undefined {
  if (header === undefined || header.length > REQUEST_ID_MAX_CHARS || !VISIBLE.test(header)) return undefined;
  return header;
}
