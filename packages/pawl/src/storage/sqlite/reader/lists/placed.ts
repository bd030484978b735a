import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ListFilter, ListQuery } from '../../../../ports/store.ts';
import { inSnapshot } from '../snapshot.ts';
import type { IdBounds } from './id-bounds.ts';

/** The few places that a filter fits. */
const PLACES =
  'SELECT place FROM places WHERE (:workflow IS NULL OR workflow = :workflow) AND (:status IS NULL OR status = :status)';
const WITHIN = 'FROM orders_by_place WHERE tenant = ? AND place = ? AND id > ? AND id < ?';
export const PLACED_ASC = `SELECT id ${WITHIN} ORDER BY id ASC LIMIT ?`;
export const PLACED_DESC = `SELECT id ${WITHIN} ORDER BY id DESC LIMIT ?`;
export const COUNT_PLACED = `SELECT count(*) AS n, max(id) AS last FROM (SELECT id ${WITHIN} ORDER BY id LIMIT ?)`;

/** Ids read ahead at each place: a page rarely needs more. */
const AHEAD = 128;

/** Reads the index of places. */
export class Placed {
  readonly #database: DatabaseSync;
  readonly #places: StatementSync;
  readonly #asc: StatementSync;
  readonly #desc: StatementSync;
  readonly #count: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#places = database.prepare(PLACES);
    this.#asc = database.prepare(PLACED_ASC);
    this.#desc = database.prepare(PLACED_DESC);
    this.#count = database.prepare(COUNT_PLACED);
  }

  /** The ids at all places that fit, in the query's direction: the places' own lists merged. */
  *ids(query: ListQuery, bounds: IdBounds): Generator<Uint8Array> {
    const sign = query.direction === 'asc' ? 1 : -1;
    const heads = this.#placesOf(query)
      .map((place) => new PlaceList(query.direction === 'asc' ? this.#asc : this.#desc, query, place, bounds))
      .filter((list) => list.head !== undefined);
    while (heads.length > 0) {
      const next = heads.reduce((a, b) =>
        sign * Buffer.compare(a.head as Uint8Array, b.head as Uint8Array) <= 0 ? a : b,
      );
      yield next.head as Uint8Array;
      next.advance();
      if (next.head === undefined) heads.splice(heads.indexOf(next), 1);
    }
  }

  /**
   * Counts in parts, each a read of its own: one range of ids at all places that fit. An order that moves from place to place
   * meanwhile is in one range, and there at one place, so that it counts once. Place by place it could count twice or never.
   */
  *count(filter: ListFilter, low: Uint8Array, high: Uint8Array, atOnce: number): Generator<number> {
    for (let from: Uint8Array | undefined = low; from !== undefined; ) {
      const after: Uint8Array = from;
      const range = inSnapshot(this.#database, () => this.#countRange(filter, after, high, atOnce));
      yield range.n;
      from = range.last;
    }
  }

  /** Counts as many ids as lets no place have more than `atOnce`; `last` is the last of them unless all were counted. */
  #countRange(
    filter: ListFilter,
    from: Uint8Array,
    high: Uint8Array,
    atOnce: number,
  ): { n: number; last: Uint8Array | undefined } {
    let [until, last]: [Uint8Array, Uint8Array | undefined] = [high, undefined];
    const countAt = (place: number) =>
      this.#count.get(filter.tenant, place, from, until, atOnce) as unknown as PlaceCount;
    const counts = this.#placesOf(filter).map((place) => {
      const { n, last: reached } = countAt(place);
      if (n === atOnce) [until, last] = [justAfter(reached as Uint8Array), reached as Uint8Array];
      return { place, n, until };
    });
    const n = counts.reduce((sum, of) => sum + (of.until === until ? of.n : countAt(of.place).n), 0);
    return { n, last };
  }

  #placesOf({ workflow, status }: ListFilter): readonly number[] {
    const rows = this.#places.all({ workflow: workflow ?? null, status: status ?? null });
    return rows.map((row) => row['place'] as number);
  }
}

interface PlaceCount {
  readonly n: number;
  readonly last: Uint8Array | null;
}

/** The exclusive bound that lets the id in. */
function justAfter(id: Uint8Array): Uint8Array {
  return Buffer.concat([id, Buffer.alloc(1)]);
}

/** The ids at one place, read some at a time. */
class PlaceList {
  readonly #read: StatementSync;
  readonly #query: ListQuery;
  readonly #place: number;
  #bounds: { low: Uint8Array; high: Uint8Array };
  #ids: readonly Uint8Array[] = [];
  #at = 0;

  constructor(read: StatementSync, query: ListQuery, place: number, bounds: IdBounds) {
    this.#read = read;
    this.#query = query;
    this.#place = place;
    this.#bounds = bounds;
    this.#fill();
  }

  /** The next id; undefined at the end. */
  get head(): Uint8Array | undefined {
    return this.#ids[this.#at];
  }

  advance(): void {
    this.#at++;
    if (this.#at < this.#ids.length || this.#ids.length < AHEAD) return;
    const last = this.#ids.at(-1) as Uint8Array;
    this.#bounds =
      this.#query.direction === 'asc' ? { ...this.#bounds, low: last } : { ...this.#bounds, high: last };
    this.#fill();
  }

  #fill(): void {
    const { low, high } = this.#bounds;
    const rows = this.#read.all(this.#query.tenant, this.#place, low, high, AHEAD);
    this.#ids = rows.map((row) => row['id'] as Uint8Array);
    this.#at = 0;
  }
}
