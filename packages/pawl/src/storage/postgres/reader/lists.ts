import type { Order } from '../../../order/order.ts';
import { orderIdOf } from '../../../order/order-id.ts';
import type { ListFilter, ListQuery } from '../../../ports/store.ts';
import { columnOf } from '../connection/columns.ts';
import { hexOfOrder } from '../connection/order-uuid.ts';
import type { Pool, Statement, Values } from '../connection/pool.ts';
import type { SmallNumbers } from '../connection/small-numbers.ts';
import { ORDER_COLUMNS, type OrderRow, ordersOf } from '../rows/order-rows.ts';

const BODY = 'JOIN order_bodies b ON b.tenant = o.tenant AND b.id = o.id';
const ORDER = 'JOIN orders o ON o.tenant = b.tenant AND o.id = b.id';
const FITS = `($4::integer[] IS NULL OR o.place = ANY ($4)) AND ($5::text IS NULL OR b.customer_id = $5)`;

/**
 * Where the orders of a filter are found, best first. Of each: the column of ids, and everything before its bounds. Parameters: tenant,
 * lowest and highest id (both exclusive), places, customer, external id.
 */
const SOURCES = {
  externalId: {
    id: 'b.id',
    from: `order_bodies b ${ORDER} WHERE b.tenant = $1 AND b.external_id = $6 AND ${FITS}`,
  },
  customer: {
    id: 'b.id',
    from: `order_bodies b ${ORDER} WHERE b.tenant = $1 AND b.customer_id = $5 AND ${FITS}`,
  },
  all: { id: 'o.id', from: `orders o ${BODY} WHERE o.tenant = $1` },
} as const;
type Source = keyof typeof SOURCES;
type Direction = ListQuery['direction'];

/** A page of a source. */
export function listStatement(source: Source, direction: Direction): Statement {
  const { id, from } = SOURCES[source];
  return {
    name: `list-${source}-${direction}`,
    text: `SELECT ${ORDER_COLUMNS} FROM ${from} AND ${id} > $2::uuid AND ${id} < $3::uuid ${unused(source)}
      ORDER BY ${id} ${direction} LIMIT $7 OFFSET $8`,
  };
}

/** A page of the orders at some places: the places' own lists merged. */
export function placedStatement(direction: Direction): Statement {
  return {
    name: `list-placed-${direction}`,
    text: `SELECT ${ORDER_COLUMNS} FROM (
        SELECT o.id FROM unnest($4::integer[]) AS p (place) CROSS JOIN LATERAL (
          SELECT o.id FROM orders o WHERE o.tenant = $1 AND o.place = p.place AND o.id > $2::uuid AND o.id < $3::uuid
          ORDER BY o.id ${direction} LIMIT $7::bigint + $8::bigint
        ) o ORDER BY o.id ${direction} LIMIT $7 OFFSET $8
      ) f JOIN orders o ON o.tenant = $1 AND o.id = f.id ${BODY}
      WHERE $5::text IS NULL AND $6::text IS NULL
      ORDER BY o.id ${direction}`,
  };
}

/** How many orders of a source fit. */
export function countStatement(source: Source | 'placed'): Statement {
  const from =
    source === 'placed'
      ? 'orders o WHERE o.tenant = $1 AND o.place = ANY ($4::integer[])'
      : source === 'all'
        ? 'orders o WHERE o.tenant = $1'
        : SOURCES[source].from;
  const id = source === 'placed' ? 'o.id' : SOURCES[source].id;
  return {
    name: `count-${source}`,
    text: `SELECT count(*) AS n FROM ${from} AND ${id} > $2::uuid AND ${id} < $3::uuid
      AND ($4::integer[] IS NULL OR true) AND ($5::text IS NULL OR true) AND ($6::text IS NULL OR true)`,
  };
}

/** Each parameter has a type, also where a source has no use for it. */
function unused(source: Source): string {
  const none = ['$4::integer[]', '$5::text', '$6::text'].map((parameter) => `(${parameter} IS NULL OR true)`);
  return source === 'externalId' ? '' : `AND ${none.join(' AND ')}`;
}

/** Reads lists and counts. */
export class Lists {
  readonly #pool: Pool;
  readonly #numbers: SmallNumbers;

  constructor(pool: Pool, numbers: SmallNumbers) {
    this.#pool = pool;
    this.#numbers = numbers;
  }

  async page(query: ListQuery): Promise<readonly Order[]> {
    const { direction, limit, offset } = query;
    const places = await this.#placesOf(query);
    if (places?.length === 0) return [];
    const source = sourceOf(query);
    const statement =
      source === 'all' && places !== null ? placedStatement(direction) : listStatement(source, direction);
    const values = [...valuesOf(query, places, boundsOf(query)), limit, offset];
    return ordersOf(await this.#pool.query<OrderRow>(statement, values), this.#numbers);
  }

  /** All at one moment. */
  async count(filter: ListFilter): Promise<number> {
    const places = await this.#placesOf(filter);
    if (places?.length === 0) return 0;
    const source = sourceOf(filter);
    const statement = countStatement(source === 'all' && places !== null ? 'placed' : source);
    const bounds = boundsOf({ ...filter, direction: 'asc', after: null });
    const [row] = await this.#pool.queryLong<{ n: number }>(statement, valuesOf(filter, places, bounds));
    return row?.n ?? 0;
  }

  /** Null where the filter says nothing of places. */
  async #placesOf({ workflow, status }: ListFilter): Promise<readonly number[] | null> {
    if (workflow === undefined && status === undefined) return null;
    return this.#numbers.placesOf(workflow, status);
  }
}

function sourceOf({ externalId, customerId }: ListFilter): Source {
  return externalId !== undefined ? 'externalId' : customerId !== undefined ? 'customer' : 'all';
}

interface Bounds {
  readonly low: string;
  readonly high: string;
}

function valuesOf(
  { tenant, customerId, externalId }: ListFilter,
  places: readonly number[] | null,
  { low, high }: Bounds,
): Values {
  const placed = places === null ? null : columnOf('int4', places);
  return [tenant, low, high, placed, customerId ?? null, externalId ?? null];
}

const BEFORE_ALL = '0'.repeat(32);
const AFTER_ALL = 'f'.repeat(32);
const TIME_MAX = 2 ** 48 - 1;

/** Exclusive bounds of a page. An id starts with its time of creation, so that times of creation are bounds of ids too. */
function boundsOf({
  direction,
  after,
  createdAfter,
  createdBefore,
}: Pick<ListQuery, 'direction' | 'after' | 'createdAfter' | 'createdBefore'>): Bounds {
  const cursor = after === null ? null : hexOfOrder(after);
  const lows = [createdAfter === undefined ? BEFORE_ALL : lastOf(createdAfter)];
  const highs = [createdBefore === undefined ? AFTER_ALL : firstOf(createdBefore)];
  if (cursor !== null) (direction === 'asc' ? lows : highs).push(cursor);
  return { low: lows.sort().at(-1) ?? BEFORE_ALL, high: highs.sort()[0] ?? AFTER_ALL };
}

/** Not below any id of that millisecond or an earlier one. */
function lastOf(ms: number): string {
  if (ms < 0) return BEFORE_ALL;
  return ms >= TIME_MAX ? AFTER_ALL : timePart(Math.floor(ms)) + 'f'.repeat(20);
}

/** Not above any id of that millisecond or a later one. */
function firstOf(ms: number): string {
  if (ms <= 0) return BEFORE_ALL;
  return ms > TIME_MAX ? AFTER_ALL : timePart(Math.ceil(ms)) + '0'.repeat(20);
}

function timePart(ms: number): string {
  return hexOfOrder(orderIdOf(ms, new Uint8Array(10))).slice(0, 12);
}
