import type { Item, JsonObject, Order } from '../../../order/order.ts';
import { type LiveOrder, NO_WORK, type Work } from '../../../order/work.ts';
import { orderOfUuid } from '../connection/order-uuid.ts';
import type { SmallNumbers } from '../connection/small-numbers.ts';
import { FLAG_AWAITS_REVIEW, FLAG_BLOCKED, FLAG_SETTLED, FLAG_TASKS, FLAG_TIMERS } from './flags.ts';
import { TASK_VALUE_COLUMNS, type TaskPlace, type TaskValues, taskOf } from './task-rows.ts';

/** The columns of an order, over `o` orders and `b` order_bodies. */
export const ORDER_COLUMNS = `o.tenant, o.id, o.place, o.version, o.entered_version, o.flags, o.updated_at,
  encode(o.last_hash, 'hex') AS last_hash, b.external_id, b.customer_id, b.workflow_version, b.workflow_hash, b.created_at, b.currency,
  b.amount_total, b.items, b.metadata`;
/** What is under way for an order, over `o` orders: rows are looked for only where its flags say that there are some. */
export const WORK_COLUMNS = `o.work,
  CASE WHEN o.flags & ${FLAG_TASKS} <> 0 THEN (
    SELECT json_agg(t ORDER BY t.version, t.position, t.suffix) FROM (
      SELECT version, position, suffix, ${TASK_VALUE_COLUMNS} FROM tasks t WHERE t.tenant = o.tenant AND t.order_id = o.id
    ) t) END AS tasks,
  CASE WHEN o.flags & ${FLAG_TIMERS} <> 0 THEN (
    SELECT json_agg(m ORDER BY m.entered_version, m.index) FROM (
      SELECT entered_version, index, due_at FROM timers m WHERE m.tenant = o.tenant AND m.order_id = o.id
    ) m) END AS timers`;
export const FROM_ORDERS = 'orders o JOIN order_bodies b ON b.tenant = o.tenant AND b.id = o.id';

export interface OrderRow {
  readonly tenant: number;
  readonly id: string;
  readonly place: number;
  readonly version: number;
  readonly entered_version: number;
  readonly flags: number;
  readonly updated_at: number;
  readonly last_hash: string;
  readonly external_id: string | null;
  readonly customer_id: string | null;
  readonly workflow_version: number;
  readonly workflow_hash: number;
  readonly created_at: number;
  readonly currency: string;
  readonly amount_total: string;
  readonly items: string;
  readonly metadata: string;
}

export interface LiveOrderRow extends OrderRow {
  readonly work: string | null;
  readonly tasks: readonly (TaskPlace & TaskValues)[] | null;
  readonly timers: readonly { entered_version: number; index: number; due_at: number }[] | null;
}

/** Orders of rows. */
export async function ordersOf(rows: readonly OrderRow[], numbers: SmallNumbers): Promise<readonly Order[]> {
  await recogniseOrders(rows, numbers);
  return rows.map((row) => orderOf(row, numbers));
}

export async function liveOrdersOf(
  rows: readonly LiveOrderRow[],
  numbers: SmallNumbers,
): Promise<readonly LiveOrder[]> {
  await recogniseOrders(rows, numbers);
  return rows.map((row) => liveOrderOf(row, numbers));
}

/** Reads the numbers that other nodes have given since, if a row has one that is not known. */
export async function recogniseOrders(rows: readonly OrderRow[], numbers: SmallNumbers): Promise<void> {
  await numbers.recognise(
    rows.map(({ place }) => place),
    rows.map(({ workflow_hash: hash }) => hash),
  );
}

/** The order of a row whose numbers were recognised. */
export function liveOrderOf(row: LiveOrderRow, numbers: SmallNumbers): LiveOrder {
  return { ...orderOf(row, numbers), work: workOf(row) };
}

function orderOf(row: OrderRow, numbers: SmallNumbers): Order {
  const { workflow, status } = numbers.place(row.place);
  return {
    tenant: row.tenant,
    id: orderOfUuid(row.id),
    externalId: row.external_id,
    workflow,
    workflowVersion: row.workflow_version,
    workflowHash: numbers.hash(row.workflow_hash),
    status,
    version: row.version,
    enteredVersion: row.entered_version,
    settled: (row.flags & FLAG_SETTLED) !== 0,
    blocked: (row.flags & FLAG_BLOCKED) !== 0,
    awaitsReview: (row.flags & FLAG_AWAITS_REVIEW) !== 0,
    customerId: row.customer_id,
    currency: row.currency,
    items: JSON.parse(row.items) as readonly Item[],
    metadata: JSON.parse(row.metadata) as JsonObject,
    amountTotal: row.amount_total,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastHash: row.last_hash,
  };
}

function workOf({ id, work, tasks, timers }: LiveOrderRow): Work {
  if (work === null && tasks === null && timers === null) return NO_WORK;
  const orderId = orderOfUuid(id);
  return {
    ...(work === null ? NO_WORK : (JSON.parse(work) as Pick<Work, 'effects' | 'runs'>)),
    tasks: (tasks ?? []).map((row) => taskOf(orderId, row)),
    timers: (timers ?? []).map((row) => ({
      enteredVersion: row.entered_version,
      index: row.index,
      dueAt: row.due_at,
    })),
  };
}
