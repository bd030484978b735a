const LOCAL = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})$/;
const OFFSET = /^[+-](?:0\d|1[0-4]):[0-5]\d$/;

/**
 * Brasília's standard time. The files do not say their zone; that clocks were an hour ahead in its summers is left out,
 * since nothing tells which rows knew of it.
 */
export const DEFAULT_UTC_OFFSET = '-03:00';

export function isUtcOffset(text: string): boolean {
  return OFFSET.test(text);
}

/** The UTC time of a local one, RFC 3339; undefined if it is none. */
export function toUtc(local: string, utcOffset: string): string | undefined {
  const [, day, time] = LOCAL.exec(local) ?? [];
  if (day === undefined) return undefined;
  const parsed = new Date(`${day}T${time}Z`);
  // 31 April is read as 1 May, so it is written out again.
  if (Number.isNaN(parsed.getTime()) || !parsed.toISOString().startsWith(day)) return undefined;
  return new Date(`${day}T${time}${utcOffset}`).toISOString();
}
