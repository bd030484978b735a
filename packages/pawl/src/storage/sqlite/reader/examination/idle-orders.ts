import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { orderIdFromBytes, orderIdToBytes } from '../../../../order/order-id.ts';
import type { Examination, ExamineQuery, OrderKey } from '../../../../ports/store.ts';
import { FLAG_SETTLED, FLAG_TASKS, FLAG_TIMERS } from '../../threads/wire.ts';
import { hexOf } from '../order-rows.ts';

const WORKFLOW_HASHES = 'SELECT number, hash FROM workflow_hashes';
const PLACES = 'SELECT place, status FROM places';

/** Orders looked at in one read, some milliseconds. */
const WINDOW = 2_000;
const FOLLOWING = `FROM orders WHERE (tenant, id) > (:tenant, :id) ORDER BY tenant, id`;

/**
 * What a row says of its tasks and timers is believed where it says none. Where it says some they are looked for: rows that are
 * gone move nothing.
 */
export const IDLE_ORDERS = `SELECT w.tenant, w.id FROM
    (SELECT tenant, id, place, flags, body ${FOLLOWING} LIMIT ${WINDOW}) w
  CROSS JOIN order_bodies b ON b.number = w.body
  WHERE w.flags & ${FLAG_SETTLED} = 0 AND (
    b.workflow_hash NOT IN (SELECT n.value FROM json_each(:known) n)
    OR ((b.workflow_hash, w.place) NOT IN (SELECT n.value ->> 0, n.value ->> 1 FROM json_each(:attended) n)
      AND (w.flags & ${FLAG_TASKS} = 0 OR NOT EXISTS (SELECT 1 FROM tasks t WHERE t.tenant = w.tenant AND t.order_id = w.id))
      AND (w.flags & ${FLAG_TIMERS} = 0 OR NOT EXISTS (SELECT 1 FROM timers t WHERE t.tenant = w.tenant AND t.order_id = w.id))))
  LIMIT :limit`;
/** Where the WINDOW ends; nothing if it reaches beyond the last order. */
export const WINDOW_END = `SELECT tenant, id ${FOLLOWING} LIMIT 1 OFFSET ${WINDOW - 1}`;

interface KeyRow {
  readonly tenant: number;
  readonly id: Uint8Array;
}

const BEFORE_ALL: KeyRow = { tenant: -1, id: new Uint8Array(0) };

/** Rules by the numbers that stand for them in this database. */
interface RuleNumbers {
  readonly known: string;
  readonly attended: string;
}

/** Finds on one connection orders that may have nothing to move them. Several reads: each step wants a snapshot around it. */
export class IdleOrders {
  readonly #hashes: StatementSync;
  readonly #places: StatementSync;
  readonly #idle: StatementSync;
  readonly #end: StatementSync;

  constructor(database: DatabaseSync) {
    this.#hashes = database.prepare(WORKFLOW_HASHES);
    this.#places = database.prepare(PLACES);
    this.#idle = database.prepare(IDLE_ORDERS);
    this.#end = database.prepare(WINDOW_END);
  }

  /** A part of a window: `next` is where to go on, null at the end of all orders. */
  step(
    { rules }: Pick<ExamineQuery, 'rules'>,
    after: OrderKey | null,
    limit: number,
  ): Pick<Examination, 'idle' | 'next'> {
    const from = after === null ? BEFORE_ALL : { tenant: after.tenant, id: orderIdToBytes(after.orderId) };
    const idle = this.#idle.all({ ...from, ...this.#numbersOf(rules), limit }).map(keyOf);
    const last = idle.length === limit ? idle.at(-1) : undefined;
    const end = last === undefined ? this.#end.get({ ...from }) : undefined;
    return { idle, next: last ?? (end === undefined ? null : keyOf(end)) };
  }

  /** The tables of numbers are small. A hash without a number has no order. */
  #numbersOf(rules: ExamineQuery['rules']): RuleNumbers {
    const numbers = new Map(
      this.#hashes.all().map(({ number, hash }) => [hexOf(hash as Uint8Array), number as number]),
    );
    const places = Map.groupBy(this.#places.all(), ({ status }) => status as string);
    const used = rules.flatMap(({ workflowHash, attended }) => {
      const number = numbers.get(workflowHash);
      return number === undefined ? [] : [{ number, attended }];
    });
    const pairs = used.flatMap(({ number, attended }) =>
      attended.flatMap((status) => (places.get(status) ?? []).map(({ place }) => [number, place])),
    );
    return { known: JSON.stringify(used.map(({ number }) => number)), attended: JSON.stringify(pairs) };
  }
}

function keyOf(row: Record<string, unknown>): OrderKey {
  const { tenant, id } = row as unknown as KeyRow;
  return { tenant, orderId: orderIdFromBytes(id) };
}
