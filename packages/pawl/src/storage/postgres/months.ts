import { orderIdOf } from '../../order/order-id.ts';
import { hexOfOrder } from './connection/order-uuid.ts';

/** The latest time that an order id can have. */
const TIME_MAX = 2 ** 48 - 1;
const MONTH_TEXT = /^(\d{4})-(0[1-9]|1[0-2])$/;

/** A month (UTC), whose orders' events lie in a part of their own. */
export interface Month {
  /** `2026-01` */
  readonly text: string;
  /** Of the table that is the part. */
  readonly part: string;
  /** Milliseconds since the epoch: the first of the month, and the first of the next. */
  readonly from: number;
  readonly until: number;
}

/** Nearly every event is asked about, and nearly all of them are of one month. */
let latest: Month | undefined;

/** The month of a time in milliseconds since the epoch. */
export function monthOf(time: number): Month {
  if (latest !== undefined && time >= latest.from && time < latest.until) return latest;
  latest = makeMonth(time);
  return latest;
}

function makeMonth(time: number): Month {
  const date = new Date(time);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const text = `${String(year).padStart(4, '0')}-${String(month + 1).padStart(2, '0')}`;
  return {
    text,
    part: `events_${text.replace('-', '_')}`,
    from: Date.UTC(year, month),
    until: Math.min(Date.UTC(year, month + 1), TIME_MAX),
  };
}

/** Undefined if the text is no month that an order can have. */
export function parseMonth(text: string): Month | undefined {
  const [, year, month] = MONTH_TEXT.exec(text) ?? [];
  if (year === undefined || Number(year) < 1970) return undefined;
  return monthOf(Date.UTC(Number(year), Number(month) - 1));
}

/** The bounds of the ids of its orders, as uuids: from the first on, and below the second. */
export function idBounds({ from, until }: Month): readonly [from: string, until: string] {
  return [firstUuidOf(from), firstUuidOf(until)];
}

/** Not above any id of that millisecond. */
export function firstUuidOf(ms: number): string {
  return `${hexOfOrder(orderIdOf(ms, new Uint8Array(10))).slice(0, 12)}${'0'.repeat(20)}`;
}
