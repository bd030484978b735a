import { orderIdTime } from '../../../order/order-id.ts';
import { orderOfUuid } from '../connection/order-uuid.ts';
import type { Sender, Statement } from '../connection/pool.ts';
import { monthOf } from '../months.ts';
import type { OrderRow } from '../rows/order-rows.ts';

const MONTHS: Statement = {
  name: 'audit-detached-months',
  text: 'SELECT month, max(detached_at) AS at FROM detached_parts GROUP BY month',
};

/** When months were detached the last time, milliseconds since the epoch; those that never were are not among them. */
export type DetachedMonths = ReadonlyMap<string, number>;

export async function detachedMonths(sender: Sender): Promise<DetachedMonths> {
  const rows = await sender.query<{ month: string; at: number }>(MONTHS);
  return new Map(rows.map(({ month, at }) => [month, at]));
}

/**
 * The version that the events of an order must begin with, null if it need not have any. `found` is the one that they begin with,
 * null if there is none. In a month that was detached they may begin anywhere, because the database does not say how far each order
 * had come then; but one that has moved since must have events.
 */
export function firstVersion(
  { id, version, updated_at: movedAt }: Pick<OrderRow, 'id' | 'version' | 'updated_at'>,
  found: number | null,
  months: DetachedMonths,
): number | null {
  if (found === 1) return 1;
  const detachedAt = months.get(monthOf(orderIdTime(orderOfUuid(id))).text);
  if (detachedAt === undefined) return 1;
  return found ?? (movedAt > detachedAt ? version : null);
}
