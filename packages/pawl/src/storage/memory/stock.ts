import { SYSTEM_ACTOR_NUMBER } from '../../order/command.ts';
import {
  deltaOf,
  ON_HAND_MAX,
  type OrderMovement,
  type StockBalance,
  type StockEntry,
} from '../../order/stock.ts';
import type {
  MovementQuery,
  RecordedMovement,
  StockChange,
  StockKey,
  StockQuery,
  StockVerdict,
  Unit,
  UnitVerdict,
} from '../../ports/store.ts';
import { actorOf } from './actors.ts';
import { takenKey } from './keys.ts';
import type { LedgerLine, StockTables, Tables } from './tables.ts';

/** What a unit's entries make of the stock. */
export interface StagedStock {
  readonly balances: Map<string, StockBalance>;
  readonly movements: OrderMovement[];
}

/** Judges a unit's entries in turn without writing them, or says why it cannot be written. */
export function stageStock(
  { stock }: Tables,
  unit: Unit,
): StagedStock | Extract<UnitVerdict, { kind: 'stock-changed' | 'failed' }> {
  const staged: StagedStock = { balances: new Map(), movements: [] };
  const moved = new Set<string>();
  for (const entry of unit.stock) {
    const balance = staged.balances.get(entry.sku) ?? balanceOf(stock, unit.tenant, entry.sku);
    if ('effectKey' in entry) {
      const line = ledgerKey(unit.tenant, entry);
      if (stock.ledger.has(line) || moved.has(line))
        return { kind: 'failed', cause: new Error(`${entry.effectKey} has moved ${entry.sku} before`) };
      moved.add(line);
      staged.movements.push(entry);
    }
    if (!holds(entry, balance)) return { kind: 'stock-changed', balances: namedBalances(stock, unit) };
    if ('effectKey' in entry && balance !== undefined)
      staged.balances.set(entry.sku, moveBalance(balance, deltaOf(entry)));
  }
  return staged;
}

export function applyStock({ stock }: Tables, unit: Unit, staged: StagedStock, now: number): void {
  const { tenant, orderId } = unit;
  for (const [sku, balance] of staged.balances)
    stock.balances.set(stockKey({ tenant, sku }), { tenant, sku, balance });
  for (const movement of staged.movements) {
    const { kind, sku, effectKey } = movement;
    const line = { kind, sku, effectKey, ...deltaOf(movement), orderId, at: now, reason: null };
    addLine(stock, tenant, { ...line, actorNumber: SYSTEM_ACTOR_NUMBER });
  }
}

export function changeStock(tables: Tables, change: StockChange, now: number): StockVerdict {
  const { key, tenant, sku, kind } = change;
  const taken = key === null ? undefined : takenKey(tables, key.hash, now);
  if (taken !== undefined) return { kind: 'key-taken', taken };
  const before = balanceOf(tables.stock, tenant, sku);
  const { onHand, reserved } = before ?? { onHand: 0, reserved: 0 };
  const delta = kind === 'set' ? change.value - onHand : change.value;
  if (onHand + delta < reserved || onHand + delta > ON_HAND_MAX) return { kind: 'refused', balance: before };
  const balance =
    before !== undefined && delta === 0 ? before : recordChange(tables, change, before, delta, now);
  if (key !== null) tables.keys.set(key.hash, { ...key, answer: JSON.stringify(balance) });
  return { kind: 'changed', balance };
}

export function loadStock({ stock }: Tables, keys: readonly StockKey[]): (StockBalance | undefined)[] {
  return keys.map(({ tenant, sku }) => balanceOf(stock, tenant, sku));
}

export function listStock({ stock }: Tables, { tenant, after, limit }: StockQuery): StockBalance[] {
  return [...stock.balances.values()]
    .filter((row) => row.tenant === tenant && (after === null || compareCodePoints(row.sku, after) > 0))
    .sort((one, other) => compareCodePoints(one.sku, other.sku))
    .slice(0, limit)
    .map(({ balance }) => balance);
}

export function readMovements(tables: Tables, query: MovementQuery): RecordedMovement[] {
  const { before, limit } = query;
  const lines = tables.stock.movements.get(stockKey(query)) ?? [];
  return lines
    .filter(({ position }) => before === null || position < before)
    .reverse()
    .slice(0, limit)
    .map(({ actorNumber, ...line }) => ({ ...line, actor: actorOf(tables, actorNumber) }));
}

/** What was never in stock is not available. */
function holds({ kind, qty }: StockEntry, balance: StockBalance | undefined): boolean {
  const { onHand, reserved } = balance ?? { onHand: 0, reserved: 0 };
  switch (kind) {
    case 'short':
      return onHand - reserved < qty;
    case 'enough':
    case 'reserve':
      return onHand - reserved >= qty;
    case 'release':
    case 'ship':
      return reserved >= qty;
  }
}

function moveBalance(
  { sku, onHand, reserved, version }: StockBalance,
  delta: { readonly onHand: number; readonly reserved: number },
): StockBalance {
  return { sku, onHand: onHand + delta.onHand, reserved: reserved + delta.reserved, version: version + 1 };
}

function recordChange(
  { stock }: Tables,
  { tenant, sku, kind, commandId, reason, actor }: StockChange,
  before: StockBalance | undefined,
  delta: number,
  now: number,
): StockBalance {
  const balance = moveBalance(before ?? { sku, onHand: 0, reserved: 0, version: 0 }, {
    onHand: delta,
    reserved: 0,
  });
  const line = {
    kind,
    sku,
    effectKey: commandId,
    onHand: delta,
    reserved: 0,
    orderId: null,
    at: now,
    reason,
  };
  if (stock.ledger.has(ledgerKey(tenant, line))) throw new Error(`${commandId} has moved ${sku} before`);
  addLine(stock, tenant, { ...line, actorNumber: actor });
  stock.balances.set(stockKey({ tenant, sku }), { tenant, sku, balance });
  return balance;
}

function addLine(stock: StockTables, tenant: number, line: Omit<LedgerLine, 'position'>): void {
  const key = stockKey({ tenant, sku: line.sku });
  const lines = stock.movements.get(key) ?? [];
  stock.ledger.add(ledgerKey(tenant, line));
  lines.push({ ...line, position: stock.ledger.size });
  stock.movements.set(key, lines);
}

function namedBalances(stock: StockTables, { tenant, stock: entries }: Unit): StockBalance[] {
  return [...new Set(entries.map(({ sku }) => sku))].flatMap((sku) => balanceOf(stock, tenant, sku) ?? []);
}

function balanceOf(stock: StockTables, tenant: number, sku: string): StockBalance | undefined {
  return stock.balances.get(stockKey({ tenant, sku }))?.balance;
}

function stockKey({ tenant, sku }: StockKey): string {
  return `${tenant} ${sku}`;
}

function ledgerKey(
  tenant: number,
  { effectKey, sku, kind }: Pick<LedgerLine, 'effectKey' | 'sku' | 'kind'>,
): string {
  return JSON.stringify([tenant, effectKey, sku, kind]);
}

/** UTF-8 sorts by code point; JavaScript compares code units, which differ beyond the first plane. */
function compareCodePoints(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
