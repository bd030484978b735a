/** What an answer may ask for at most. */
export const RETRY_AFTER_MS_MAX = 86_400_000;

/** The three forms of a date that RFC 9110 §5.6.7 asks for all begin with the day of the week. */
const DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? .{10,30}$/;

/**
 * Milliseconds that a `Retry-After` asks to wait, seconds or a date, at most a day. Null if it asks for nothing that can be
 * read, or for no wait: then the task's own policy says how long.
 */
export function retryAfterMs(header: string | null, now: number): number | null {
  const text = header?.trim() ?? '';
  let ms = Number.NaN;
  if (/^\d+$/.test(text)) ms = Number(text) * 1_000;
  // The form without a zone means UTC too.
  else if (DATE.test(text)) ms = Date.parse(text.endsWith(' GMT') ? text : `${text} GMT`) - now;
  return ms > 0 ? Math.min(ms, RETRY_AFTER_MS_MAX) : null;
}
