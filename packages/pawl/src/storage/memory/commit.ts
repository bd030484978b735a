import type { KeyRecord, Unit, UnitVerdict } from '../../ports/store.ts';
import { takenKey } from './keys.ts';
import { liveOrderOf } from './reads.ts';
import { applyStock, stageStock } from './stock.ts';
import type { Tables } from './tables.ts';
import { applyWork, stageWork } from './work/changes.ts';

/** Checks everything first and writes then, without a pause between: so a unit is written whole or not at all. */
export function writeUnit(tables: Tables, unit: Unit, now: number): UnitVerdict {
  const taken = takenKeys(tables, unit, now);
  if (taken.length > 0) return { kind: 'key-taken', taken };
  const work = isAtVersion(tables, unit) ? stageWork(tables.work, unit) : undefined;
  if (work === undefined) return { kind: 'conflict', current: liveOrderOf(tables, unit) };
  const holder = externalIdHolder(tables, unit);
  if (holder !== undefined) return { kind: 'external-id-taken', orderId: holder };
  const stock = stageStock(tables, unit);
  if ('kind' in stock) return stock;
  for (const record of unit.keys) tables.keys.set(record.hash, record);
  applyWork(tables.work, unit, work);
  applyStock(tables, unit, stock, now);
  applyOrder(tables, unit);
  return { kind: 'committed' };
}

function takenKeys(tables: Tables, { keys, keysProbed }: Unit, now: number): KeyRecord[] {
  return [...keys.map(({ hash }) => hash), ...keysProbed].flatMap(
    (hash) => takenKey(tables, hash, now) ?? [],
  );
}

function isAtVersion(tables: Tables, { tenant, orderId, expectedVersion }: Unit): boolean {
  const order = tables.orders.get(orderId)?.order;
  return expectedVersion === null || (order?.tenant === tenant ? order.version : 0) === expectedVersion;
}

function externalIdHolder(tables: Tables, { tenant, order, expectedVersion }: Unit): string | undefined {
  if (order === null || expectedVersion !== 0 || order.externalId === null) return undefined;
  return tables.externalIds.get(externalKey(tenant, order.externalId));
}

function applyOrder(tables: Tables, { tenant, orderId, order: live, events }: Unit): void {
  if (live === null) return;
  const { work, ...order } = live;
  tables.orders.set(orderId, { order, effects: work.effects, runs: work.runs });
  if (order.externalId !== null) tables.externalIds.set(externalKey(tenant, order.externalId), orderId);
  const history = tables.events.get(orderId) ?? [];
  history.push(...events);
  tables.events.set(orderId, history);
  tables.feed.push(...events);
}

function externalKey(tenant: number, externalId: string): string {
  return `${tenant} ${externalId}`;
}
