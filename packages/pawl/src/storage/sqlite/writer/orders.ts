import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { orderIdFromBytes } from '../../../order/order-id.ts';
import type { BodyRow, EventRow, HotRow, WireUnit } from '../threads/wire.ts';
import type { Interned } from './interned.ts';
import type { Move } from './moves.ts';

const FIND = 'SELECT version, place, last_position, body FROM orders WHERE tenant = ? AND id = ?';
const FIND_EXTERNAL_ID = 'SELECT id FROM order_bodies WHERE tenant = ? AND external_id = ?';
const ADD_BODY = `INSERT INTO order_bodies
  (external_id, customer_id, workflow_version, workflow_hash, created_at, currency, amount_total, items, metadata, tenant, id)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const REPLACE_BODY = `UPDATE order_bodies SET
  external_id = ?, customer_id = ?, workflow_version = ?, workflow_hash = ?, created_at = ?, currency = ?, amount_total = ?, items = ?, metadata = ?
  WHERE number = ?`;
const ADD_ORDER = `INSERT INTO orders
  (place, version, entered_version, last_position, updated_at, flags, last_hash, work, body, tenant, id)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
// The version is named although the row was just read under the write lock: a unit that changes nothing must be noticed.
const REPLACE_ORDER = `UPDATE orders SET
  place = ?, version = ?, entered_version = ?, last_position = ?, updated_at = ?, flags = ?, last_hash = ?, work = ?
  WHERE tenant = ? AND id = ? AND version = ?`;
const ADD_EVENT = `INSERT INTO events
  (tenant, order_id, version, type, event, task, place_from, place_to, at, actor, workflow_hash,
   previous_position, previous_hash, payload_hash, hash, payload, salt)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** What is read of an order before it is written. */
export interface Present {
  readonly version: number;
  readonly place: number;
  readonly last_position: number;
  readonly body: number;
}

/** Writes the rows and events of orders. */
export class Orders {
  readonly #interned: Interned;
  readonly #find: StatementSync;
  readonly #findExternalId: StatementSync;
  readonly #addBody: StatementSync;
  readonly #replaceBody: StatementSync;
  readonly #addOrder: StatementSync;
  readonly #replaceOrder: StatementSync;
  readonly #addEvent: StatementSync;

  constructor(database: DatabaseSync, interned: Interned) {
    this.#interned = interned;
    this.#find = database.prepare(FIND);
    this.#findExternalId = database.prepare(FIND_EXTERNAL_ID);
    this.#addBody = database.prepare(ADD_BODY);
    this.#replaceBody = database.prepare(REPLACE_BODY);
    this.#addOrder = database.prepare(ADD_ORDER);
    this.#replaceOrder = database.prepare(REPLACE_ORDER);
    this.#addEvent = database.prepare(ADD_EVENT);
  }

  find(tenant: number, id: Uint8Array): Present | undefined {
    return this.#find.get(tenant, id) as Present | undefined;
  }

  /** Who has the external id that the unit gives its order. */
  ownerOfExternalId(unit: WireUnit): string | undefined {
    if (unit.body === null || unit.body.externalId === null) return undefined;
    const id = this.#findExternalId.get(unit.tenant, unit.body.externalId)?.['id'];
    return id instanceof Uint8Array ? orderIdFromBytes(id) : undefined;
  }

  /** Writes what the unit makes of its order, and says where the order went. */
  write(unit: WireUnit, order: HotRow, id: Uint8Array, present: Present | undefined): Move {
    const place = this.#interned.place(order.workflow, order.status);
    const position = this.#writeEvents(unit, order.workflow, id, present?.last_position ?? null);
    const hot = [
      place,
      order.version,
      order.enteredVersion,
      position,
      order.updatedAt,
      order.flags,
      Buffer.from(order.lastHash, 'hex'),
      order.work,
    ] as const;
    if (present === undefined) this.#addOrder.run(...hot, this.#writeBody(unit, id), unit.tenant, id);
    else this.#rewrite(unit, hot, id, present);
    const { tenant, orderId } = unit;
    return { tenant, orderId, id, from: present?.place ?? null, to: place, position };
  }

  #rewrite(
    unit: WireUnit,
    hot: readonly (number | string | Buffer | null)[],
    id: Uint8Array,
    present: Present,
  ): void {
    if (unit.body !== null) this.#replaceBody.run(...this.#bodyValues(unit.body), present.body);
    const { changes } = this.#replaceOrder.run(...hot, unit.tenant, id, present.version);
    if (changes !== 1)
      throw new Error(`${unit.orderId} was not at version ${present.version} when it was written`);
  }

  #writeBody(unit: WireUnit, id: Uint8Array): number {
    if (unit.body === null) throw new Error(`the unit that creates ${unit.orderId} has no body`);
    return Number(this.#addBody.run(...this.#bodyValues(unit.body), unit.tenant, id).lastInsertRowid);
  }

  #bodyValues(body: BodyRow) {
    return [
      body.externalId,
      body.customerId,
      body.workflowVersion,
      this.#interned.workflowHash(body.workflowHash),
      body.createdAt,
      body.currency,
      body.amountTotal,
      body.items,
      body.metadata,
    ] as const;
  }

  /** Appends the events, each linked to the one before it. Says where the last one is. */
  #writeEvents(unit: WireUnit, workflow: string, id: Uint8Array, last: number | null): number {
    let previous = last;
    for (const event of unit.events) previous = this.#writeEvent(unit.tenant, workflow, id, event, previous);
    if (previous === null) throw new Error(`the unit that creates ${unit.orderId} has no event`);
    return previous;
  }

  #writeEvent(
    tenant: number,
    workflow: string,
    id: Uint8Array,
    event: EventRow,
    previous: number | null,
  ): number {
    const { lastInsertRowid } = this.#addEvent.run(
      tenant,
      id,
      event.version,
      event.type,
      event.event,
      event.task,
      event.from === null ? null : this.#interned.place(workflow, event.from),
      this.#interned.place(workflow, event.to),
      event.at,
      event.actor,
      this.#interned.workflowHash(event.workflowHash),
      previous,
      // The hash of the linked event is the previous hash; only the first event has none to be derived from.
      previous === null ? Buffer.from(event.previousHash, 'hex') : null,
      Buffer.from(event.payloadHash, 'hex'),
      Buffer.from(event.hash, 'hex'),
      event.payloadText,
      event.salt === null ? null : Buffer.from(event.salt, 'hex'),
    );
    return Number(lastInsertRowid);
  }
}
