import type { RecordedMovement, StockBalance } from 'pawl';
import { timeOf } from './time.ts';

/** What there is of a SKU, as clients see it. */
export function viewStock({ sku, onHand, reserved, version }: StockBalance): object {
  return { sku, on_hand: onHand, reserved, available: onHand - reserved, version };
}

/** A line of the ledger: what it added to either side. */
export function viewMovement(movement: RecordedMovement): object {
  const { sku, kind, onHand, reserved, effectKey, orderId, at, reason, actor } = movement;
  return {
    sku,
    kind,
    on_hand: onHand,
    reserved,
    effect_key: effectKey,
    order_id: orderId,
    at: timeOf(at),
    actor: { id: actor.name, kind: actor.kind },
    reason,
  };
}
