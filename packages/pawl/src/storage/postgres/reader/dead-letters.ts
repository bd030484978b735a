import type { LiveOrder } from '../../../order/work.ts';
import type { DeadLetterQuery } from '../../../ports/store.ts';
import { columnOf } from '../connection/columns.ts';
import { hexOfOrder } from '../connection/order-uuid.ts';
import type { Sender, Statement } from '../connection/pool.ts';
import type { SmallNumbers } from '../connection/small-numbers.ts';
import {
  FROM_ORDERS,
  type LiveOrderRow,
  liveOrdersOf,
  ORDER_COLUMNS,
  WORK_COLUMNS,
} from '../rows/order-rows.ts';

/** Blocked orders and those that await review. */
export const DEAD_LETTERS: Statement = {
  name: 'dead-letters',
  text: `SELECT ${ORDER_COLUMNS}, ${WORK_COLUMNS} FROM ${FROM_ORDERS}
    WHERE o.tenant = $1 AND o.attention IS NOT NULL AND o.id > $2::uuid AND ($3::integer[] IS NULL OR o.place = ANY ($3))
    ORDER BY o.id LIMIT $4`,
};

/** Before every id. */
const BEFORE_ALL = '0'.repeat(32);

/** Reads what waits for people. */
export class DeadLetters {
  readonly #sender: Sender;
  readonly #numbers: SmallNumbers;

  constructor(sender: Sender, numbers: SmallNumbers) {
    this.#sender = sender;
    this.#numbers = numbers;
  }

  async page({ tenant, workflow, status, after, limit }: DeadLetterQuery): Promise<readonly LiveOrder[]> {
    const isFiltered = workflow !== undefined || status !== undefined;
    const places = isFiltered ? columnOf('int4', await this.#numbers.placesOf(workflow, status)) : null;
    const from = after === null ? BEFORE_ALL : hexOfOrder(after);
    const rows = await this.#sender.query<LiveOrderRow>(DEAD_LETTERS, [tenant, from, places, limit]);
    return liveOrdersOf(rows, this.#numbers);
  }
}
