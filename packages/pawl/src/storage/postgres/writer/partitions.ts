import { ADVISORY_LOCKS } from '../connection/advisory-locks.ts';
import type { Pool, Sender, Statement } from '../connection/pool.ts';
import { idBounds, type Month, monthOf } from '../months.ts';

const NAMES: Statement = {
  name: 'event-parts',
  text: `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'events'::regclass AND NOT i.inhdetachpending`,
};
/** Whoever makes, attaches or detaches a part waits for the others by it. */
export const PARTS_LOCK: Statement = {
  name: 'event-parts-lock',
  text: `SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.parts}, hashtext(current_schema()))`,
};
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
      if (!this.#known.has(month.part)) await this.#create(month);
    }
  }

  async #create(month: Month): Promise<void> {
    await this.#pool.transaction(async (sender) => {
      await sender.query(PARTS_LOCK);
      const names = await sender.query<{ name: string }>(NAMES);
      for (const one of names) this.#known.add(one.name);
      if (!this.#known.has(month.part)) await attachPart(sender, month, await makePart(sender, month.part));
    });
    this.#known.add(month.part);
  }
}

/**
 * Makes an empty table like the events, to be attached as a part: that lets commits go on meanwhile, which a new part of the
 * table itself would not.
 */
export async function makePart(sender: Sender, name: string): Promise<string> {
  await sender.query({ name: '', text: `CREATE TABLE ${name} (LIKE events INCLUDING ALL)` });
  return name;
}

/** Makes a table the part for the orders of a month. */
export async function attachPart(sender: Sender, month: Month, name: string): Promise<void> {
  const [from, until] = idBounds(month);
  await sender.query({
    name: '',
    text: `ALTER TABLE events ATTACH PARTITION ${name} FOR VALUES FROM ('${from}') TO ('${until}')`,
  });
}
