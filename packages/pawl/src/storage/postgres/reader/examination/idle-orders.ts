import type { Examination, ExamineQuery, OrderKey } from '../../../../ports/store.ts';
import { Column } from '../../connection/columns.ts';
import { hexOfOrder, orderOfUuid } from '../../connection/order-uuid.ts';
import type { Sender, Statement, Values } from '../../connection/pool.ts';
import { FLAG_SETTLED, FLAG_TASKS, FLAG_TIMERS } from '../../rows/flags.ts';

const WORKFLOW_HASHES: Statement = {
  name: 'examine-hashes',
  text: `SELECT number, encode(hash, 'hex') AS hash FROM workflow_hashes`,
};
const PLACES: Statement = { name: 'examine-places', text: 'SELECT number, status FROM places' };

/** Orders looked at in one read, some milliseconds. */
const WINDOW = 2_000;
const FOLLOWING = 'FROM orders WHERE (tenant, id) > ($1, $2::uuid) ORDER BY tenant, id';

/**
 * What a row says of its tasks and timers is believed where it says none. Where it says some they are looked for: rows that are
 * gone move nothing.
 */
export const IDLE_ORDERS: Statement = {
  name: 'examine-idle',
  text: `SELECT w.tenant, w.id FROM
      (SELECT tenant, id, place, flags ${FOLLOWING} LIMIT ${WINDOW}) w
    JOIN order_bodies b ON b.tenant = w.tenant AND b.id = w.id
    WHERE w.flags & ${FLAG_SETTLED} = 0 AND (
      NOT b.workflow_hash = ANY ($3::integer[])
      OR (NOT EXISTS (SELECT FROM unnest($4::integer[], $5::integer[]) AS a (hash, place)
          WHERE a.hash = b.workflow_hash AND a.place = w.place)
        AND (w.flags & ${FLAG_TASKS} = 0 OR NOT EXISTS (SELECT FROM tasks t WHERE t.tenant = w.tenant AND t.order_id = w.id))
        AND (w.flags & ${FLAG_TIMERS} = 0 OR NOT EXISTS (SELECT FROM timers t WHERE t.tenant = w.tenant AND t.order_id = w.id))))
    ORDER BY w.tenant, w.id LIMIT $6`,
};
/** Where the window ends; nothing if it reaches beyond the last order. */
export const WINDOW_END: Statement = {
  name: 'examine-window',
  text: `SELECT tenant, id ${FOLLOWING} LIMIT 1 OFFSET ${WINDOW - 1}`,
};

interface KeyRow {
  readonly tenant: number;
  readonly id: string;
}

const BEFORE_ALL: Values = [-1, '0'.repeat(32)];

/** Looks for orders that may have nothing to move them in a part of a window: `next` is where to go on, null at the end of all orders. */
export async function findIdleOrders(
  sender: Sender,
  { rules }: Pick<ExamineQuery, 'rules'>,
  after: OrderKey | null,
  limit: number,
): Promise<Pick<Examination, 'idle' | 'next'>> {
  const from = after === null ? BEFORE_ALL : [after.tenant, hexOfOrder(after.orderId)];
  const rows = await sender.query<KeyRow>(IDLE_ORDERS, [...from, ...(await numbersOf(sender, rules)), limit]);
  const idle = rows.map(keyOf);
  const last = idle.length === limit ? idle.at(-1) : undefined;
  if (last !== undefined) return { idle, next: last };
  // Orders that come between the two reads make the second one end before the first: they are looked at again.
  const [end] = await sender.query<KeyRow>(WINDOW_END, from);
  return { idle, next: end === undefined ? null : keyOf(end) };
}

/** Rules by the numbers that stand for them in this database, as columns. A hash without a number has no order. */
async function numbersOf(sender: Sender, rules: ExamineQuery['rules']): Promise<Values> {
  const hashes = await sender.query<{ number: number; hash: string }>(WORKFLOW_HASHES);
  const numbers = new Map(hashes.map(({ number, hash }) => [hash, number]));
  const places = Map.groupBy(
    await sender.query<{ number: number; status: string }>(PLACES),
    ({ status }) => status,
  );
  const [known, attendedHashes, attendedPlaces] = [
    new Column('int4'),
    new Column('int4'),
    new Column('int4'),
  ] as const;
  for (const { workflowHash, attended } of rules) {
    const number = numbers.get(workflowHash);
    if (number === undefined) continue;
    known.push(number);
    for (const { number: place } of attended.flatMap((status) => places.get(status) ?? [])) {
      attendedHashes.push(number);
      attendedPlaces.push(place);
    }
  }
  return [known.finish(), attendedHashes.finish(), attendedPlaces.finish()];
}

function keyOf({ tenant, id }: KeyRow): OrderKey {
  return { tenant, orderId: orderOfUuid(id) };
}
