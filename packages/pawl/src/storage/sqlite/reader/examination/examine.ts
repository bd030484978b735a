import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Examination, ExamineQuery, Lag, OrderKey } from '../../../../ports/store.ts';
import { inSnapshot } from '../snapshot.ts';
import { IdleOrders } from './idle-orders.ts';
import { LateWork } from './late-work.ts';

const TENANTS = 'SELECT number FROM tenants ORDER BY number';
/** The index of places is the one projection there is. */
export const PLACES_BEHIND = `SELECT j.name, max(0, coalesce((SELECT max(e.position) FROM events e), 0) - j.position) AS events,
  (SELECT e.at FROM events e WHERE e.position > j.position ORDER BY e.position LIMIT 1) AS oldest
  FROM projections j WHERE j.name = 'orders_by_place'`;

/** One process writes, and the feed reads the events themselves: what is committed is shown. */
const NO_LAG: Lag = { events: 0, oldestAt: null };
/** Steps of a window. The whole of a million orders takes fifty windows. */
const STEPS_MAX = 10;

interface ProjectionRow {
  readonly name: string;
  readonly events: number;
  readonly oldest: number | null;
}

/** Looks on one connection at what is late, blocked or behind, and at orders that may stand still. */
export class Examiner {
  readonly #database: DatabaseSync;
  readonly #late: LateWork;
  readonly #idle: IdleOrders;
  readonly #tenants: StatementSync;
  readonly #projections: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#late = new LateWork(database);
    this.#idle = new IdleOrders(database);
    this.#tenants = database.prepare(TENANTS);
    this.#projections = database.prepare(PLACES_BEHIND);
  }

  /** Each step is a short read of its own; between two of them others have their turn. */
  async examine(query: ExamineQuery, now: number, othersTurn: () => Promise<void>): Promise<Examination> {
    const standing = inSnapshot(this.#database, () => this.#standing(query, now));
    const idle: OrderKey[] = [];
    let next = query.after;
    for (let steps = 0; steps < STEPS_MAX; steps++) {
      await othersTurn();
      const after = next;
      const step = inSnapshot(this.#database, () =>
        this.#idle.step(query, after, query.idleMax - idle.length),
      );
      idle.push(...step.idle);
      next = step.next;
      if (next === null || idle.length === query.idleMax) break;
    }
    return { ...standing, idle, next };
  }

  #standing(query: ExamineQuery, now: number): Omit<Examination, 'idle' | 'next'> {
    const projections = this.#projections.all() as unknown as readonly ProjectionRow[];
    return {
      ...this.#late.find(query, now),
      feed: NO_LAG,
      projections: projections.map(({ name, events, oldest }) => ({ name, events, oldestAt: oldest })),
      tenants: this.#tenants.all().map(({ number }) => Number(number)),
    };
  }
}
