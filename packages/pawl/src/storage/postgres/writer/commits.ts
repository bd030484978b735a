import { isOrderId, orderIdTime } from '../../../order/order-id.ts';
import type { StockBalance } from '../../../order/stock.ts';
import type { KeyRecord, Unit, UnitVerdict } from '../../../ports/store.ts';
import { columnOf } from '../connection/columns.ts';
import { concernsOneUnit, isTransient, lacksPartition, storeError } from '../connection/errors.ts';
import { orderOfUuid } from '../connection/order-uuid.ts';
import type { Pool, Statement } from '../connection/pool.ts';
import type { SmallNumbers } from '../connection/small-numbers.ts';
import type { LiveOrders } from '../reader/live-orders.ts';
import { KEY_COLUMNS, type KeyRow, keyRecordOf } from '../rows/key-rows.ts';
import { BatchParameters, COMMIT_UNITS } from './batch-parameters.ts';
import { type BoundBatch, bindBatch, type PreparedUnit, placesOf, preparedUnit } from './bind-batch.ts';
import type { Partitions } from './partitions.ts';
import { type Placed, wavesOf } from './waves.ts';

const TAKEN_KEYS: Statement = {
  name: 'taken-keys',
  text: `SELECT ${KEY_COLUMNS} FROM idempotency_keys WHERE hash = ANY ($1::uuid[]) AND expires_at > $2`,
};
const EXTERNAL_ID_HOLDER: Statement = {
  name: 'external-id-holder',
  text: 'SELECT id FROM order_bodies WHERE tenant = $1 AND external_id = $2',
};

/** Tries of a transaction that others stand in the way of, or whose events have no part yet. */
const TRIES = 5;
/** Parameters that are kept for the next call: as many as there are lanes. Others commit too, and seldom. */
const SPARE_MAX = 2;
const COMMITTED: UnitVerdict = { kind: 'committed' };

/** A unit that was not written, by its number in the call. */
interface RefusedRow {
  readonly refused_unit: number;
  readonly reason: Reason;
  /** For `stock-changed`: what the unit was judged on. */
  readonly balances: readonly StockBalance[] | null;
}

type Reason = 'key-taken' | 'conflict' | 'external-id-taken' | 'effect-repeated' | 'stock-changed';

export interface CommitTools {
  readonly pool: Pool;
  readonly numbers: SmallNumbers;
  readonly orders: LiveOrders;
  readonly partitions: Partitions;
  readonly now: () => number;
}

/** Writes the units of a commit call: all that can be, in one statement and one transaction. */
export class Commits {
  readonly #tools: CommitTools;
  /** Those of calls that have ended. */
  readonly #spare: BatchParameters[] = [];

  constructor(tools: CommitTools) {
    this.#tools = tools;
  }

  /** The verdict of each unit, once it is durable. @throws StoreUnavailableError where nobody can tell what was written. */
  async write(units: readonly Unit[]): Promise<readonly UnitVerdict[]> {
    const verdicts: UnitVerdict[] = Array.from(units, () => COMMITTED);
    const writable: Placed[] = [];
    for (const [index, unit] of units.entries()) {
      const fault = unit.order === null || isOrderId(unit.orderId) ? null : `${unit.orderId} is no order id`;
      if (fault === null) writable.push({ index, unit });
      else verdicts[index] = { kind: 'failed', cause: new Error(fault) };
    }
    for (const wave of wavesOf(writable)) {
      const prepared = wave.map(({ index, unit }) => ({ index, ...preparedUnit(unit) }));
      for (const [index, verdict] of await this.#settle(prepared)) verdicts[index] = verdict;
    }
    return verdicts;
  }

  /** Verdicts other than committed, by the units' places. */
  async #settle(units: readonly PlacedUnit[]): Promise<readonly (readonly [number, UnitVerdict])[]> {
    const known = units.flatMap(({ index, verdict }) =>
      verdict === null ? [] : [[index, verdict] as const],
    );
    const open = units.filter(({ verdict }) => verdict === null);
    const contradictory = known.filter(([, { kind }]) => kind === 'conflict').map(([index]) => index);
    const told = await this.#currentOf(units.filter(({ index }) => contradictory.includes(index)));
    return [
      ...known.filter(([, { kind }]) => kind !== 'conflict'),
      ...told,
      ...(open.length === 0 ? [] : await this.#commit(open)),
    ];
  }

  async #commit(units: readonly PlacedUnit[]): Promise<readonly (readonly [number, UnitVerdict])[]> {
    let refused: readonly Refused[];
    try {
      refused = await this.#write(units);
    } catch (error) {
      if (!concernsOneUnit(error)) throw storeError('committing', error);
      return this.#part(units, error);
    }
    // Not above: the others are written by now, and must not be sent again for what comes of telling why these are not.
    return this.#explain(refused);
  }

  async #write(units: readonly PlacedUnit[]): Promise<readonly Refused[]> {
    const { numbers, now } = this.#tools;
    await numbers.learn(...placesOf(units.map(({ unit }) => unit)));
    const parameters = this.#spare.pop() ?? new BatchParameters(numbers);
    try {
      const batch = bindBatch(units, parameters);
      const refused = await this.#send(batch, now());
      return refused.map((row) => ({ ...row, placed: batch.units[row.refused_unit - 1] as PlacedUnit }));
    } finally {
      parameters.clear();
      if (this.#spare.length < SPARE_MAX) this.#spare.push(parameters);
    }
  }

  /** One of the units cannot be written: it is found by halves, and the others are spared. */
  async #part(
    units: readonly PlacedUnit[],
    cause: unknown,
  ): Promise<readonly (readonly [number, UnitVerdict])[]> {
    const [only] = units;
    if (units.length === 1 && only !== undefined) {
      const { unit, index } = only;
      return [[index, { kind: 'failed', cause: storeError(`cannot write ${unit.orderId}`, cause) }]];
    }
    const half = units.length >> 1;
    const first = await this.#commit(units.slice(0, half));
    return [...first, ...(await this.#commit(units.slice(half)))];
  }

  async #send({ units, values }: BoundBatch, now: number): Promise<readonly RefusedRow[]> {
    const { pool, partitions } = this.#tools;
    for (let tries = 1; ; tries++) {
      try {
        return await pool.query<RefusedRow>(COMMIT_UNITS, [now, ...values]);
      } catch (error) {
        if (tries === TRIES) throw error;
        // Both are known to have written nothing.
        if (lacksPartition(error)) await partitions.ensure(timesOf(units));
        else if (!isTransient(error)) throw error;
      }
    }
  }

  async #explain(refused: readonly Refused[]): Promise<readonly (readonly [number, UnitVerdict])[]> {
    if (refused.length === 0) return [];
    const moved = refused.filter(({ reason }) => reason === 'conflict').map(({ placed }) => placed);
    const verdicts = [...(await this.#currentOf(moved))];
    for (const { placed, reason, balances } of refused) {
      if (reason === 'conflict') continue;
      const verdict = await this.#verdictOf(placed.unit, reason, balances);
      // What stood in its way has gone since: it is judged again.
      if (verdict === null) verdicts.push(...(await this.#commit([placed])));
      else verdicts.push([placed.index, verdict]);
    }
    return verdicts;
  }

  async #currentOf(units: readonly PlacedUnit[]): Promise<readonly (readonly [number, UnitVerdict])[]> {
    if (units.length === 0) return [];
    const rows = await this.#tools.orders.load(units.map(({ unit }) => unit));
    return units.map(({ index }, place) => [index, { kind: 'conflict', current: rows[place] }]);
  }

  async #verdictOf(
    unit: Unit,
    reason: Exclude<Reason, 'conflict'>,
    balances: readonly StockBalance[] | null,
  ): Promise<UnitVerdict | null> {
    switch (reason) {
      case 'key-taken': {
        const taken = await this.#takenKeys(unit);
        return taken.length === 0 ? null : { kind: 'key-taken', taken };
      }
      case 'external-id-taken': {
        const orderId = await this.#holderOf(unit);
        return orderId === null ? null : { kind: 'external-id-taken', orderId };
      }
      case 'effect-repeated':
        return { kind: 'failed', cause: new Error(`an effect of ${unit.orderId} has moved stock before`) };
      case 'stock-changed':
        return { kind: 'stock-changed', balances: balances ?? [] };
    }
  }

  async #takenKeys({ keys, keysProbed }: Unit): Promise<readonly KeyRecord[]> {
    const { pool, now } = this.#tools;
    const hashes = [...keys.map(({ hash }) => hash), ...keysProbed];
    const rows = await pool.query<KeyRow>(TAKEN_KEYS, [columnOf('uuid', hashes), now()]);
    const records = new Map(rows.map((row) => keyRecordOf(row)).map((record) => [record.hash, record]));
    return hashes.flatMap((hash) => records.get(hash) ?? []);
  }

  async #holderOf({ tenant, order }: Unit): Promise<string | null> {
    const [row] = await this.#tools.pool.query<{ id: string }>(EXTERNAL_ID_HOLDER, [
      tenant,
      order?.externalId ?? null,
    ]);
    return row === undefined ? null : orderOfUuid(row.id);
  }
}

interface Refused extends RefusedRow {
  readonly placed: PlacedUnit;
}

interface PlacedUnit extends PreparedUnit {
  readonly index: number;
}

function timesOf(units: readonly PreparedUnit[]): readonly number[] {
  return units.flatMap(({ unit }) => (unit.order === null ? [] : [orderIdTime(unit.orderId)]));
}
