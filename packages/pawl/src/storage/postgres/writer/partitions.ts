import { orderIdOf } from '../../../order/order-id.ts';
import { hexOfOrder } from '../connection/order-uuid.ts';
import type { Pool, Statement } from '../connection/pool.ts';

const NAMES: Statement = {
  name: 'event-parts',
  text: `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'events'::regclass AND NOT i.inhdetachpending`,
};
/** Two nodes that make the same part wait for each other by it. */
const LOCK: Statement = {
  name: 'event-parts-lock',
  text: `SELECT pg_advisory_xact_lock(7091962, hashtext(current_schema()))`,
};
/** The latest time that an order id can have. */
const TIME_MAX = 2 ** 48 - 1;

/** A month, whose orders' events lie in a part of their own. */
interface Month {
  readonly name: string;
  /** Milliseconds since the epoch: the first of the month, and the first of the next. */
  readonly from: number;
  readonly until: number;
}

/**
 * The parts of the events table: one for the orders that were made in each month (UTC). They are made before they are needed; an
 * order of another time, as a clock that is wrong or a test makes one, gets its part when it comes.
 */
export class Partitions {
  readonly #pool: Pool;
  readonly #known = new Set<string>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Makes the parts for orders of that time and of the month after it. */
  async prepare(now: number): Promise<void> {
    await this.ensure([now, monthOf(now).until]);
  }

  /** Makes the parts for orders of these times. */
  async ensure(times: Iterable<number>): Promise<void> {
    for (const time of times) {
      const month = monthOf(time);
      if (!this.#known.has(month.name)) await this.#create(month);
    }
  }

  /**
   * As a table of its own that is then attached: that lets commits go on meanwhile, which a new part of the table itself would
   * not.
   */
  async #create({ name, from, until }: Month): Promise<void> {
    await this.#pool.transaction(async (sender) => {
      await sender.query(LOCK);
      const names = await sender.query<{ name: string }>(NAMES);
      for (const one of names) this.#known.add(one.name);
      if (this.#known.has(name)) return;
      await sender.query({ name: '', text: `CREATE TABLE ${name} (LIKE events INCLUDING ALL)` });
      const bounds = `FROM ('${firstUuidOf(from)}') TO ('${firstUuidOf(until)}')`;
      await sender.query({
        name: '',
        text: `ALTER TABLE events ATTACH PARTITION ${name} FOR VALUES ${bounds}`,
      });
    });
    this.#known.add(name);
  }
}

function monthOf(time: number): Month {
  const date = new Date(time);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const name = `events_${String(year).padStart(4, '0')}_${String(month + 1).padStart(2, '0')}`;
  return { name, from: Date.UTC(year, month), until: Math.min(Date.UTC(year, month + 1), TIME_MAX) };
}

/** Not above any id of that millisecond. */
export function firstUuidOf(ms: number): string {
  return `${hexOfOrder(orderIdOf(ms, new Uint8Array(10))).slice(0, 12)}${'0'.repeat(20)}`;
}
