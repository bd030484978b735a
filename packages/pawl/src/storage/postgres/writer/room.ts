import { storeError } from '../connection/errors.ts';
import type { Pool, Statement } from '../connection/pool.ts';

/** What must fit in again before the store counts as writable: about what a busy batch takes, in 36 characters each that cannot be compressed. */
const PROBE_ROWS = 7_000;
const FILL: Statement = {
  name: 'fill-probe',
  text: `INSERT INTO meta (name, value) SELECT 'probe', string_agg(gen_random_uuid()::text, '') FROM generate_series(1, ${PROBE_ROWS})`,
};
const EMPTY: Statement = { name: 'empty-probe', text: `DELETE FROM meta WHERE name = 'probe'` };

/** Whether the database has come to the end of its disk, as far as this node was told. */
export class Room {
  readonly #pool: Pool;
  #isLacking = false;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Something could not be written for want of room. */
  lacks(): void {
    this.#isLacking = true;
  }

  /** Asked for as long as there was too little: nothing else tells that there is enough again. @throws StoreFullError if not. */
  async require(): Promise<void> {
    if (!this.#isLacking) return;
    try {
      await this.#pool.transaction(async (sender) => {
        await sender.query(FILL);
        await sender.query(EMPTY);
      });
    } catch (error) {
      throw storeError('looking for room', error);
    }
    this.#isLacking = false;
  }
}
