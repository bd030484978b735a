const RFC3339 =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** The form of a time, for schemas. A day that its month does not have is found by {@link parseTime}. */
export const TIME_PATTERN = RFC3339.source;

/** Milliseconds since the epoch of an RFC 3339 time, digits beyond them cut off; undefined if it is none. */
export function parseTime(text: string): number | undefined {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  const ms = fraction.padEnd(3, '0').slice(0, 3);
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}`;
  const time = Date.parse(`${local}${zone.toUpperCase()}`);
  // A day that the month does not have (31 April) is read as one of the next month, so it is written out again.
  const real =
    Number.isFinite(time) && new Date(`${local}Z`).toISOString().startsWith(`${year}-${month}-${day}`);
  return real ? time : undefined;
}
