const DAY_MS = 86_400_000;

const PAIRS: readonly string[] = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

let day = Number.NaN;
let dayText = '';

/**
 * RFC 3339, UTC, milliseconds. It is most of what rendering an order costs, and nearly all times of a minute are of one day:
 * the day's text is made once, the rest is looked up.
 */
export function timeText(ms: number): string {
  const current = Math.floor(ms / DAY_MS);
  if (current !== day) {
    const text = new Date(ms).toISOString();
    dayText = text.slice(0, text.indexOf('T') + 1);
    day = current;
  }
  const seconds = Math.floor((ms - current * DAY_MS) / 1000);
  const rest = Math.floor(ms - current * DAY_MS - seconds * 1000);
  const minutes = Math.floor(seconds / 60);
  return `${dayText}${PAIRS[Math.floor(minutes / 60)]}:${PAIRS[minutes % 60]}:${PAIRS[seconds % 60]}.${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}Z`;
}
