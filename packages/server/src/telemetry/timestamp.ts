/** Writes times as RFC 3339 in UTC with milliseconds. The text of a second is made once: lines come thousands a second. */
export function createTimestamp(): (ms: number) => string {
  let second = Number.NaN;
  let prefix = '';
  return (ms) => {
    const current = Math.floor(ms / 1000);
    if (current !== second) {
      second = current;
      prefix = new Date(current * 1000).toISOString().slice(0, 20);
    }
    const rest = Math.floor(ms - current * 1000);
    return `${prefix}${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}Z`;
  };
}
