import type { StrayBody, StrayEvent } from '../../../ports/audit.ts';
import { orderOfUuid } from '../connection/order-uuid.ts';
import type { Sender } from '../connection/pool.ts';
import {
  BEFORE_EVENTS,
  BEFORE_ORDERS,
  EVENT_KEY,
  ORDER_KEY,
  walkWindows,
  windowStatement,
} from './windows.ts';

/** A commit writes events and row at one moment: an event that is seen without its row is no news. */
const STRAY_EVENTS = windowStatement({
  name: 'audit-stray-events',
  table: 'events',
  key: EVENT_KEY,
  bound: 'order_id',
  found: `SELECT w.tenant, w.order_id, w.version, o.version AS order_version
    FROM w LEFT JOIN orders o ON o.tenant = w.tenant AND o.id = w.order_id WHERE o.version IS NULL OR w.version > o.version OR w.version < 1`,
});
const STRAY_BODIES = windowStatement({
  name: 'audit-stray-bodies',
  table: 'order_bodies',
  key: ORDER_KEY,
  bound: 'id',
  found: `SELECT w.tenant, w.id FROM w LEFT JOIN orders o ON o.tenant = w.tenant AND o.id = w.id WHERE o.id IS NULL`,
});

interface EventRow {
  readonly tenant: number;
  readonly order_id: string;
  readonly version: number;
  readonly order_version: number | null;
}

/** Events of no order, or of a version that theirs has not. One order cannot have two of a version here: it is their key. */
export async function* strayEvents(sender: Sender, until: string): AsyncGenerator<StrayEvent> {
  for await (const row of walkWindows<EventRow>(sender, STRAY_EVENTS, BEFORE_EVENTS, until)) {
    const { tenant, order_id: id, version, order_version: reached } = row;
    yield {
      position: null,
      tenant,
      orderId: orderOfUuid(id),
      version,
      kind: reached === null ? 'no-order' : 'beyond',
    };
  }
}

export async function* strayBodies(sender: Sender, until: string): AsyncGenerator<StrayBody> {
  const rows = walkWindows<{ tenant: number; id: string }>(sender, STRAY_BODIES, BEFORE_ORDERS, until);
  for await (const { tenant, id } of rows) yield { number: null, tenant, orderId: orderOfUuid(id) };
}
