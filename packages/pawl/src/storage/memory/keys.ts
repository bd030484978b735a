import type { KeyRecord } from '../../ports/store.ts';
import type { Tables } from './tables.ts';

/** The record that takes the key, unless it has expired. */
export function takenKey(tables: Tables, hash: string, now: number): KeyRecord | undefined {
  const record = tables.keys.get(hash);
  return record !== undefined && record.expiresAt > now ? record : undefined;
}

export function expireKeys(tables: Tables, now: number, limit: number): number {
  const expired = [...tables.keys.values()].filter((record) => record.expiresAt <= now).slice(0, limit);
  for (const record of expired) tables.keys.delete(record.hash);
  return expired.length;
}
