import type { KeyRecord, Unit, UnitVerdict } from '../../ports/store.ts';
import type { Tables } from './tables.ts';

/** Checks everything first and writes then, without a pause between: so a unit is written whole or not at all. */
export function writeUnit(tables: Tables, unit: Unit, now: number): UnitVerdict {
  const taken = takenKeys(tables, unit, now);
  if (taken.length > 0) return { kind: 'key-taken', taken };
  const { tenant, orderId, expectedVersion, order } = unit;
  const current = tables.orders.get(orderId);
  const own = current?.tenant === tenant ? current : undefined;
  if (expectedVersion !== null && (own?.version ?? 0) !== expectedVersion)
    return { kind: 'conflict', current: own };
  if (order !== null && expectedVersion === 0 && order.externalId !== null) {
    const holder = tables.externalIds.get(externalKey(tenant, order.externalId));
    if (holder !== undefined) return { kind: 'external-id-taken', orderId: holder };
    tables.externalIds.set(externalKey(tenant, order.externalId), orderId);
  }
  for (const record of unit.keys) tables.keys.set(record.hash, record);
  if (order === null) return { kind: 'committed' };
  tables.orders.set(orderId, order);
  const events = tables.events.get(orderId) ?? [];
  events.push(...unit.events);
  tables.events.set(orderId, events);
  tables.feed.push(...unit.events);
  return { kind: 'committed' };
}

function takenKeys(tables: Tables, { keys, keysProbed }: Unit, now: number): KeyRecord[] {
  return [...keys.map(({ hash }) => hash), ...keysProbed].flatMap((hash) => {
    const record = tables.keys.get(hash);
    return record !== undefined && record.expiresAt > now ? [record] : [];
  });
}

function externalKey(tenant: number, externalId: string): string {
  return `${tenant} ${externalId}`;
}
