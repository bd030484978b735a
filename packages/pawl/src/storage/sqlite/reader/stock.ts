import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ActorKind } from '../../../order/command.ts';
import { orderIdFromBytes } from '../../../order/order-id.ts';
import type { StockBalance, StockMovement } from '../../../order/stock.ts';
import type { MovementQuery, RecordedMovement, StockQuery } from '../../../ports/store.ts';
import { actorOf } from './event-rows.ts';

const BALANCE = 'sku, on_hand, reserved, version';
/** A balance by its SKU. */
export const LOAD_STOCK = `SELECT ${BALANCE} FROM stock WHERE tenant = ? AND sku = ?`;
export const LIST_STOCK = `SELECT ${BALANCE} FROM stock WHERE tenant = ? AND sku > ? ORDER BY sku LIMIT ?`;
export const READ_MOVEMENTS = `
  SELECT m.position, m.sku, m.kind, m.on_hand, m.reserved, m.effect_key, m.order_id, m.at, m.reason, m.actor,
    a.kind AS actor_kind, a.name AS actor_name
  FROM stock_movements m LEFT JOIN actors a ON a.tenant = m.tenant AND a.number = m.actor
  WHERE m.tenant = ? AND m.sku = ? AND m.position < ? ORDER BY m.position DESC LIMIT ?`;

export interface BalanceRow {
  readonly sku: string;
  readonly on_hand: number;
  readonly reserved: number;
  readonly version: number;
}

interface MovementRow {
  readonly position: number;
  readonly sku: string;
  readonly kind: StockMovement['kind'];
  readonly on_hand: number;
  readonly reserved: number;
  readonly effect_key: string;
  readonly order_id: Uint8Array | null;
  readonly at: number;
  readonly reason: string | null;
  readonly actor: number;
  readonly actor_kind: ActorKind | null;
  readonly actor_name: string | null;
}

/** Reads stock lists on one connection. */
export class StockLists {
  readonly #balances: StatementSync;
  readonly #movements: StatementSync;

  constructor(database: DatabaseSync) {
    this.#balances = database.prepare(LIST_STOCK);
    this.#movements = database.prepare(READ_MOVEMENTS);
  }

  balances({ tenant, after, limit }: StockQuery): readonly StockBalance[] {
    const rows = this.#balances.all(tenant, after ?? '', limit) as unknown as readonly BalanceRow[];
    return rows.map(balanceOf);
  }

  movements({ tenant, sku, before, limit }: MovementQuery): readonly RecordedMovement[] {
    const below = before ?? Number.MAX_SAFE_INTEGER;
    return (this.#movements.all(tenant, sku, below, limit) as unknown as MovementRow[]).map(movementOf);
  }
}

export function balanceOf({ sku, on_hand, reserved, version }: BalanceRow): StockBalance {
  return { sku, onHand: on_hand, reserved, version };
}

function movementOf(row: MovementRow): RecordedMovement {
  return {
    position: row.position,
    sku: row.sku,
    kind: row.kind,
    onHand: row.on_hand,
    reserved: row.reserved,
    effectKey: row.effect_key,
    orderId: row.order_id === null ? null : orderIdFromBytes(row.order_id),
    at: row.at,
    reason: row.reason,
    actor: actorOf(row),
  };
}
