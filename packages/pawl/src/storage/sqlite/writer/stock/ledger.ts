import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { SYSTEM_ACTOR_NUMBER } from '../../../../order/command.ts';
import { orderIdToBytes } from '../../../../order/order-id.ts';
import { deltaOf, type OrderMovement } from '../../../../order/stock.ts';
import type { StockChange } from '../../../../ports/store.ts';

const ADD = `INSERT INTO stock_movements (tenant, sku, kind, on_hand, reserved, effect_key, order_id, at, actor, reason)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
export const FIND_MOVEMENT = 'SELECT 1 FROM stock_movements WHERE effect_key = ? AND sku = ? AND kind = ?';

/** Appends movements. One that is there already fails by its index: that is never passed over. */
export class Ledger {
  readonly #add: StatementSync;
  readonly #find: StatementSync;

  constructor(database: DatabaseSync) {
    this.#add = database.prepare(ADD);
    this.#find = database.prepare(FIND_MOVEMENT);
  }

  has({ effectKey, sku, kind }: OrderMovement): boolean {
    return this.#find.get(effectKey, sku, kind) !== undefined;
  }

  addOrderMovement(tenant: number, orderId: string, movement: OrderMovement, now: number): void {
    const { sku, kind, effectKey } = movement;
    const { onHand, reserved } = deltaOf(movement);
    const id = orderIdToBytes(orderId);
    this.#add.run(tenant, sku, kind, onHand, reserved, effectKey, id, now, SYSTEM_ACTOR_NUMBER, null);
  }

  addChange(change: StockChange, onHand: number, now: number): void {
    const { tenant, sku, kind, commandId, actor, reason } = change;
    this.#add.run(tenant, sku, kind, onHand, 0, commandId, null, now, actor, reason);
  }
}
