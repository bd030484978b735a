import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { OrderEvent } from 'pawl';
import { AMOUNT, CURRENCY, EVENTS, FROM, type Names, type Plan, type SeededOrder, TO } from './history.ts';

/** Orders of one transaction: some 100 MB of log, which a checkpoint takes over before the next. */
const AT_ONCE = 50_000;
/** Pages of the tables that grow stay in memory over a transaction. */
const CACHE_KIB = 262_144;

const ADD_EVENT = `INSERT INTO events (position, tenant, order_id, version, type, event, task, place_from, place_to, at, actor,
  workflow_hash, previous_position, previous_hash, payload_hash, hash, payload, salt)
  VALUES (?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const ADD_BODY = `INSERT INTO order_bodies (number, tenant, id, customer_id, workflow_version, workflow_hash, created_at, currency,
  amount_total, items, metadata) VALUES (?, ?, ?, ?, ?, ?, ?, '${CURRENCY}', '${AMOUNT}', ?, '{}')`;
const ADD_ORDER = `INSERT INTO orders (tenant, id, place, version, entered_version, last_position, updated_at, flags, body, last_hash)
  VALUES (?, ?, ?, ${EVENTS}, ${EVENTS}, ?, ?, 0, ?, ?)`;
const ADD_PLACED = 'INSERT INTO orders_by_place (tenant, place, id) VALUES (?, ?, ?)';
const ADD_PLACE = 'INSERT INTO places (workflow, status) VALUES (?, ?) RETURNING place AS number';
const ADD_HASH = 'INSERT INTO workflow_hashes (hash) VALUES (?) RETURNING number';
const PLACED_UNTIL = `UPDATE projections SET position = ? WHERE name = 'orders_by_place'`;

/** Writes the orders of a plan into a new database file, whose process must not be running. */
export function seedSqlite(path: string, plan: Plan, names: Names, count: number): void {
  const database = new DatabaseSync(path);
  try {
    // Nobody reads the file before it is whole: there is nothing that a lost machine could damage but the seeding.
    database.exec(`PRAGMA synchronous = OFF; PRAGMA cache_size = -${CACHE_KIB}`);
    const rows = new Rows(database, names);
    for (let from = 0; from < count; from += AT_ONCE) {
      database.exec('BEGIN');
      for (let index = from; index < Math.min(count, from + AT_ONCE); index++) rows.add(plan.order(index));
      database.exec('COMMIT');
    }
    database.prepare(PLACED_UNTIL).run(count * EVENTS);
    database.exec('PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}

/** The rows of orders, numbered as if one commit after the other had written them. */
class Rows {
  readonly #names: Names;
  readonly #places: Readonly<Record<string, number>>;
  readonly #hash: number;
  readonly #addEvent: StatementSync;
  readonly #addBody: StatementSync;
  readonly #addOrder: StatementSync;
  readonly #addPlaced: StatementSync;

  constructor(database: DatabaseSync, names: Names) {
    const number = (sql: string, ...values: (string | Buffer)[]): number =>
      Number(database.prepare(sql).get(...values)?.['number']);
    this.#names = names;
    this.#places = {
      [FROM]: number(ADD_PLACE, names.workflow, FROM),
      [TO]: number(ADD_PLACE, names.workflow, TO),
    };
    this.#hash = number(ADD_HASH, Buffer.from(names.workflowHash, 'hex'));
    this.#addEvent = database.prepare(ADD_EVENT);
    this.#addBody = database.prepare(ADD_BODY);
    this.#addOrder = database.prepare(ADD_ORDER);
    this.#addPlaced = database.prepare(ADD_PLACED);
  }

  add({ index, id, createdAt, customerId, items, events }: SeededOrder): void {
    const { tenant, workflowVersion } = this.#names;
    const [number, position] = [index + 1, index * EVENTS + 1];
    const [created, flipped] = events;
    const place = this.#place(TO);
    this.#addEventRow(position, id, created, null);
    this.#addEventRow(position + 1, id, flipped, position);
    this.#addBody.run(number, tenant, id, customerId, workflowVersion, this.#hash, createdAt, items);
    const last = Buffer.from(flipped.hash, 'hex');
    this.#addOrder.run(tenant, id, place, position + 1, flipped.head.at, number, last);
    this.#addPlaced.run(tenant, place, id);
  }

  #addEventRow(position: number, id: Uint8Array, event: OrderEvent, previous: number | null): void {
    const { head, previousHash, payloadHash, hash, payloadText, salt } = event;
    this.#addEvent.run(
      position,
      head.tenant,
      id,
      head.version,
      head.type,
      head.event,
      head.from === null ? null : this.#place(head.from),
      this.#place(head.to),
      head.at,
      head.actor,
      this.#hash,
      previous,
      previous === null ? Buffer.from(previousHash, 'hex') : null,
      Buffer.from(payloadHash, 'hex'),
      Buffer.from(hash, 'hex'),
      payloadText,
      salt === null ? null : Buffer.from(salt, 'hex'),
    );
  }

  #place(status: string): number {
    return this.#places[status] as number;
  }
}
