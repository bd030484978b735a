import { orderIdOf, orderIdToBytes } from '../../../../order/order-id.ts';
import type { ListQuery } from '../../../../ports/store.ts';

/** Exclusive bounds of a page. An id starts with its time of creation, so that times of creation are bounds of ids too. */
export interface IdBounds extends Record<string, Uint8Array> {
  readonly low: Uint8Array;
  readonly high: Uint8Array;
}

const BEFORE_ALL = new Uint8Array(0);
const AFTER_ALL = new Uint8Array(17).fill(0xff);
const TIME_MAX = 2 ** 48 - 1;

type Bounding = Pick<ListQuery, 'direction' | 'after' | 'createdAfter' | 'createdBefore'>;

/** The bounds that a query's cursor and times of creation set together. */
export function boundsOf({ direction, after, createdAfter, createdBefore }: Bounding): IdBounds {
  const cursor = after === null ? undefined : orderIdToBytes(after);
  const lows = [createdAfter === undefined ? BEFORE_ALL : lastIdOf(createdAfter)];
  const highs = [createdBefore === undefined ? AFTER_ALL : firstIdOf(createdBefore)];
  if (cursor !== undefined) (direction === 'asc' ? lows : highs).push(cursor);
  return {
    low: lows.reduce((a, b) => (Buffer.compare(a, b) < 0 ? b : a)),
    high: highs.reduce((a, b) => (Buffer.compare(a, b) < 0 ? a : b)),
  };
}

/** Not below any id of that millisecond or an earlier one. */
function lastIdOf(ms: number): Uint8Array {
  if (ms < 0) return BEFORE_ALL;
  return ms >= TIME_MAX ? AFTER_ALL : timePart(Math.floor(ms), 0xff);
}

/** Not above any id of that millisecond or a later one. */
function firstIdOf(ms: number): Uint8Array {
  if (ms <= 0) return BEFORE_ALL;
  return ms > TIME_MAX ? AFTER_ALL : timePart(Math.ceil(ms), 0x00);
}

function timePart(ms: number, rest: number): Uint8Array {
  return orderIdToBytes(orderIdOf(ms, new Uint8Array(10))).fill(rest, 6);
}
