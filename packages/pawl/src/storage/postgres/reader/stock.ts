import type { ActorKind } from '../../../order/command.ts';
import type { StockBalance, StockMovement } from '../../../order/stock.ts';
import type { MovementQuery, RecordedMovement, StockKey, StockQuery } from '../../../ports/store.ts';
import { columnOf } from '../connection/columns.ts';
import { orderOfUuid } from '../connection/order-uuid.ts';
import type { Sender, Statement } from '../connection/pool.ts';
import { actorOf } from '../rows/event-rows.ts';

export const LOAD_STOCK: Statement = {
  name: 'load-stock',
  text: `SELECT k.number, s.sku, s.on_hand, s.reserved, s.version
    FROM unnest($1::integer[], $2::text[], $3::integer[]) AS k (tenant, sku, number)
    JOIN stock s ON s.tenant = k.tenant AND s.sku = k.sku`,
};
export const LIST_STOCK: Statement = {
  name: 'list-stock',
  text: 'SELECT sku, on_hand, reserved, version FROM stock WHERE tenant = $1 AND sku > $2 ORDER BY sku LIMIT $3',
};
export const READ_MOVEMENTS: Statement = {
  name: 'read-movements',
  text: `SELECT m.position, m.sku, m.kind, m.on_hand, m.reserved, m.effect_key, m.order_id, m.at, m.reason, m.actor,
      a.kind AS actor_kind, a.name AS actor_name
    FROM stock_movements m LEFT JOIN actors a ON a.tenant = m.tenant AND a.number = m.actor
    WHERE m.tenant = $1 AND m.sku = $2 AND m.position < $3 ORDER BY m.position DESC LIMIT $4`,
};

interface BalanceRow {
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
  readonly order_id: string | null;
  readonly at: number;
  readonly reason: string | null;
  readonly actor: number;
  readonly actor_kind: ActorKind | null;
  readonly actor_name: string | null;
}

/** Reads balances and movements. */
export class StockReads {
  readonly #sender: Sender;

  constructor(sender: Sender) {
    this.#sender = sender;
  }

  /** In the order asked for; undefined for what was never in stock. */
  async load(keys: readonly StockKey[]): Promise<readonly (StockBalance | undefined)[]> {
    if (keys.length === 0) return [];
    const rows = await this.#sender.query<BalanceRow & { number: number }>(LOAD_STOCK, [
      columnOf(
        'int4',
        keys.map(({ tenant }) => tenant),
      ),
      columnOf(
        'text',
        keys.map(({ sku }) => sku),
      ),
      columnOf(
        'int4',
        keys.map((_, index) => index),
      ),
    ]);
    const found: (StockBalance | undefined)[] = Array.from(keys, () => undefined);
    for (const row of rows) found[row.number] = balanceOf(row);
    return found;
  }

  async list({ tenant, after, limit }: StockQuery): Promise<readonly StockBalance[]> {
    return (await this.#sender.query<BalanceRow>(LIST_STOCK, [tenant, after ?? '', limit])).map(balanceOf);
  }

  async movements({ tenant, sku, before, limit }: MovementQuery): Promise<readonly RecordedMovement[]> {
    const below = before ?? Number.MAX_SAFE_INTEGER;
    return (await this.#sender.query<MovementRow>(READ_MOVEMENTS, [tenant, sku, below, limit])).map(
      movementOf,
    );
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
    orderId: row.order_id === null ? null : orderOfUuid(row.order_id),
    at: row.at,
    reason: row.reason,
    actor: actorOf(row),
  };
}
