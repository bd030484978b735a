import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Order } from '../../../../order/order.ts';
import type { ListFilter, ListQuery } from '../../../../ports/store.ts';
import { FROM_ORDERS, LOAD_ORDER, ORDER_COLUMNS, type OrderRow, orderOf } from '../order-rows.ts';
import { inSnapshot } from '../snapshot.ts';
import { boundsOf, type IdBounds } from './id-bounds.ts';
import { Placed } from './placed.ts';

/** What the few columns that no index leads with must be. */
const FITS = `(:workflow IS NULL OR p.workflow = :workflow) AND (:status IS NULL OR p.status = :status)
  AND (:customer IS NULL OR b.customer_id = :customer)`;
const FROM_BODIES = `order_bodies b CROSS JOIN orders o ON o.tenant = b.tenant AND o.id = b.id CROSS JOIN places p ON p.place = o.place
  CROSS JOIN workflow_hashes h ON h.number = b.workflow_hash`;
const BETWEEN = '> :low AND {id} < :high';

/** Where the orders of a filter are found, best first: the column of ids, and what comes before ORDER BY. */
const SOURCES = {
  externalId: {
    id: 'b.id',
    from: `${FROM_BODIES} WHERE b.tenant = :tenant AND b.external_id = :external AND ${FITS}`,
  },
  customer: {
    id: 'b.id',
    from: `${FROM_BODIES} WHERE b.tenant = :tenant AND b.customer_id = :customer AND ${FITS}`,
  },
  all: { id: 'o.id', from: `${FROM_ORDERS} WHERE o.tenant = :tenant` },
  // Reads the row of every order: where the index of places cannot be brought up to date.
  rows: {
    id: 'o.id',
    from: `${FROM_ORDERS} WHERE o.tenant = :tenant
      AND (:workflow IS NULL OR p.workflow = :workflow) AND (:status IS NULL OR p.status = :status)`,
  },
} as const;
type Source = keyof typeof SOURCES;

/** How many rows a count reads before it lets others read, and the log be reset. */
const COUNTED_AT_ONCE = 20_000;

/** A page of a source. Exported for the proof of query plans. */
export function listSql(source: Source, direction: 'asc' | 'desc'): string {
  const { id, from } = SOURCES[source];
  return `SELECT ${ORDER_COLUMNS} FROM ${from} AND ${id} ${BETWEEN.replace('{id}', id)} ORDER BY ${id} ${direction} LIMIT :limit OFFSET :offset`;
}

/** A part of a count. */
export function countSql(source: Source): string {
  const { id, from } = SOURCES[source];
  return `SELECT count(*) AS n, max(id) AS last FROM
    (SELECT ${id} AS id FROM ${from} AND ${id} ${BETWEEN.replace('{id}', id)} ORDER BY ${id} LIMIT :limit)`;
}

/** Whether the filter is answered from the index of places, which should be settled first. */
export function isByPlace(filter: ListFilter): boolean {
  return sourceOf(filter) === 'all' && (filter.workflow !== undefined || filter.status !== undefined);
}

/** Reads lists and counts on one connection. */
export class Lists {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #placed: Placed;
  readonly #load: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#placed = new Placed(database);
    this.#load = database.prepare(LOAD_ORDER);
  }

  /** `settled`: whether the index of places is up to date. */
  page(query: ListQuery, settled: boolean): readonly Order[] {
    const bounds = boundsOf(query);
    const source = isByPlace(query) && !settled ? 'rows' : sourceOf(query);
    if (isByPlace(query) && settled)
      return inSnapshot(this.#database, () => this.#pageByPlace(query, bounds));
    const rows = this.#statement(listSql(source, query.direction)).all({
      ...valuesOf(source, query),
      ...bounds,
      limit: query.limit,
      offset: query.offset,
    });
    return (rows as unknown as OrderRow[]).map(orderOf);
  }

  /** Counts in parts: each step is a read of its own. */
  *count(filter: ListFilter, settled: boolean): Generator<number> {
    const { low, high } = boundsOf({ ...filter, direction: 'asc', after: null });
    const source = isByPlace(filter) && !settled ? 'rows' : sourceOf(filter);
    if (isByPlace(filter) && settled) return yield* this.#placed.count(filter, low, high, COUNTED_AT_ONCE);
    const statement = this.#statement(countSql(source));
    for (let from = low, n = COUNTED_AT_ONCE; n === COUNTED_AT_ONCE; ) {
      const row = statement.get({ ...valuesOf(source, filter), low: from, high, limit: COUNTED_AT_ONCE });
      n = Number(row?.['n']);
      if (n > 0) from = row?.['last'] as Uint8Array;
      yield n;
    }
  }

  #pageByPlace(query: ListQuery, bounds: IdBounds): readonly Order[] {
    const orders: Order[] = [];
    let skipped = 0;
    for (const id of this.#placed.ids(query, bounds)) {
      if (orders.length >= query.limit) break;
      // An order may have moved on since its index entry was written: the row decides.
      const row = this.#load.get(query.tenant, id) as unknown as OrderRow | undefined;
      if (row === undefined || !fits(row, query)) continue;
      if (skipped < query.offset) skipped++;
      else orders.push(orderOf(row));
    }
    return orders;
  }

  #statement(sql: string): StatementSync {
    const kept = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, kept);
    return kept;
  }
}

function sourceOf(filter: ListFilter): Source {
  if (filter.externalId !== undefined) return 'externalId';
  return filter.customerId === undefined ? 'all' : 'customer';
}

function valuesOf(source: Source, filter: ListFilter): Record<string, string | number | null> {
  const { tenant, workflow = null, status = null, customerId = null, externalId = null } = filter;
  switch (source) {
    case 'all':
      return { tenant };
    case 'rows':
      return { tenant, workflow, status };
    case 'customer':
      return { tenant, workflow, status, customer: customerId };
    case 'externalId':
      return { tenant, workflow, status, customer: customerId, external: externalId };
  }
}

function fits(row: OrderRow, { workflow, status }: ListFilter): boolean {
  return (
    (workflow === undefined || row.workflow === workflow) && (status === undefined || row.status === status)
  );
}
