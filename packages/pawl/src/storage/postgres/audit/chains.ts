import type { LiveOrder } from '../../../order/work.ts';
import type { AuditedOrder, AuditProblem } from '../../../ports/audit.ts';
import type { RecordedEvent } from '../../../ports/store.ts';
import { columnOf } from '../connection/columns.ts';
import { hexOfUuid, orderOfUuid } from '../connection/order-uuid.ts';
import type { Sender, Statement } from '../connection/pool.ts';
import { type SmallNumbers, UnknownNumberError } from '../connection/small-numbers.ts';
import { EVENT_COLUMNS, EVENT_JOINS, type EventRow, eventOf, recogniseEvents } from '../rows/event-rows.ts';
import {
  type LiveOrderRow,
  liveOrderOf,
  ORDER_COLUMNS,
  recogniseOrders,
  WORK_COLUMNS,
} from '../rows/order-rows.ts';
import { detachedMonths, firstVersion } from './first-version.ts';
import { BEFORE_ORDERS } from './windows.ts';

/** Orders read at once, with all of their events. */
const PAGE = 32;
/** Events of one order that are read at once: few orders have more. */
const EVENTS_AT_ONCE = 64;

const ORDERS: Statement = {
  name: 'audit-orders',
  text: `SELECT ${ORDER_COLUMNS}, ${WORK_COLUMNS}
    FROM orders o LEFT JOIN order_bodies b ON b.tenant = o.tenant AND b.id = o.id
    WHERE (o.tenant, o.id) > ($1::integer, $2::uuid) AND o.id <= $3::uuid ORDER BY o.tenant, o.id LIMIT ${PAGE}`,
};
/** The last first: if their month is detached meanwhile, they lack nothing but what lies before those that were read. */
const EVENTS: Statement = {
  name: 'audit-events',
  text: `SELECT ${EVENT_COLUMNS} FROM unnest($1::integer[], $2::uuid[], $3::integer[]) AS k (tenant, id, until)
    CROSS JOIN LATERAL (
      SELECT * FROM events r WHERE r.tenant = k.tenant AND r.order_id = k.id AND r.version > 0 AND r.version <= k.until
      ORDER BY r.version DESC LIMIT ${EVENTS_AT_ONCE}
    ) e ${EVENT_JOINS}
    ORDER BY e.tenant, e.order_id, e.version DESC`,
};

/** A row; where there is no body, the columns of one are null. */
type AuditedRow = Omit<LiveOrderRow, 'currency'> & { readonly currency: string | null };
type WholeRow = AuditedRow & LiveOrderRow;

/** Every order with its events up to its version. Those never change, so that the order may move while they are read. */
export async function* auditedOrders(
  sender: Sender,
  numbers: SmallNumbers,
  until: string,
): AsyncGenerator<AuditedOrder> {
  for (let after = BEFORE_ORDERS; ; ) {
    const rows = await sender.query<AuditedRow>(ORDERS, [...after, until]);
    await recogniseOrders(rows.filter(hasBody), numbers);
    const events = await eventsOf(sender, rows);
    // Asked once they are read: what is missing because it was detached is then known to be.
    const months = await detachedMonths(sender);
    for (const [index, row] of rows.entries()) {
      const found = events[index] ?? [];
      yield await auditedOrderOf(row, found, firstVersion(row, found[0]?.version ?? null, months), numbers);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = [last.tenant, last.id];
  }
}

async function auditedOrderOf(
  row: AuditedRow,
  rows: readonly EventRow[],
  first: number | null,
  numbers: SmallNumbers,
): Promise<AuditedOrder> {
  await recogniseEvents(rows, numbers);
  const problems: AuditProblem[] = [];
  const order = readOrder(row, numbers, problems);
  if (first !== null) problems.push(...gapsIn(rows, first, row.version));
  const events: RecordedEvent[] = [];
  for (const one of rows) {
    const event = readEvent(one, numbers);
    if (event === undefined) problems.push({ kind: 'event-unreadable', version: one.version });
    else events.push(event);
  }
  return { tenant: row.tenant, orderId: orderOfUuid(row.id), row: order, events, first, problems };
}

/** The events of each order, in version order: of all orders together, again and again until each has no more. */
async function eventsOf(
  sender: Sender,
  orders: readonly AuditedRow[],
): Promise<readonly (readonly EventRow[])[]> {
  const found = orders.map((): EventRow[] => []);
  for (let open = [...orders.keys()]; open.length > 0; ) {
    const keys = open.map((index) => orders[index] as AuditedRow);
    const rows = await sender.query<EventRow>(EVENTS, [
      columnOf(
        'int4',
        keys.map(({ tenant }) => tenant),
      ),
      columnOf(
        'uuid',
        keys.map(({ id }) => hexOfUuid(id)),
      ),
      columnOf(
        'int4',
        keys.map(({ version }, index) => (found[open[index] as number]?.at(-1)?.version ?? version + 1) - 1),
      ),
    ]);
    const byOrder = Map.groupBy(rows, keyOfEvent);
    open = open.filter((index) => {
      const more = byOrder.get(keyOfOrder(orders[index] as AuditedRow)) ?? [];
      found[index]?.push(...more);
      return more.length === EVENTS_AT_ONCE;
    });
  }
  return found.map((rows) => rows.toReversed());
}

function keyOfOrder({ tenant, id }: AuditedRow): string {
  return `${tenant} ${id}`;
}

function keyOfEvent({ tenant, order_id: id }: EventRow): string {
  return `${tenant} ${id}`;
}

function hasBody(row: AuditedRow): row is WholeRow {
  return row.currency !== null;
}

function readOrder(row: AuditedRow, numbers: SmallNumbers, problems: AuditProblem[]): LiveOrder | null {
  if (!hasBody(row)) {
    problems.push({ kind: 'row-incomplete' });
    return null;
  }
  try {
    return liveOrderOf(row, numbers);
  } catch (error) {
    problems.push({ kind: error instanceof UnknownNumberError ? 'row-incomplete' : 'row-unreadable' });
    return null;
  }
}

/** A payload that is no JSON any more keeps its text, whose hash then tells. Undefined if a number has no meaning. */
function readEvent(row: EventRow, numbers: SmallNumbers): RecordedEvent | undefined {
  for (const payload of [row.payload, null]) {
    try {
      return { ...eventOf({ ...row, payload }, numbers), payloadText: row.payload };
    } catch {
      // Without its payload it may still be read.
    }
  }
  return undefined;
}

function* gapsIn(rows: readonly EventRow[], first: number, version: number): Iterable<AuditProblem> {
  let expected = first;
  for (const { version: found } of rows) {
    if (found !== expected) yield { kind: 'version-gap', position: null, expected, found };
    expected = found + 1;
  }
  if (expected <= version) yield { kind: 'version-gap', position: null, expected, found: null };
}
