import type { EventHead, OrderEvent } from '../../../order/event.ts';
import { orderIdTime, orderIdToBytes } from '../../../order/order-id.ts';
import type { LiveOrder } from '../../../order/work.ts';
import type { KeyRecord, Unit } from '../../../ports/store.ts';
import { Column, type Element, type ElementType } from '../connection/columns.ts';
import type { Statement, Values } from '../connection/pool.ts';
import type { SmallNumbers } from '../connection/small-numbers.ts';
import { monthOf } from '../months.ts';
import { numberOfType } from '../rows/event-types.ts';
import { attentionOf, flagsOf } from '../rows/flags.ts';
import { type TaskPlace, taskValuesOf } from '../rows/task-rows.ts';
import type { TaskStep, TimerStep } from './work-changes.ts';

/** The parameters of `commit_units` after the first, group by group, in its order. */
const GROUPS = {
  units: ['int4', 'uuid', 'int4', 'int4', 'int4', 'int4', 'int4', 'int4', 'int8', 'bytea', 'text'],
  bodies: ['int4', 'text', 'text', 'int4', 'int4', 'int8', 'text', 'text', 'text', 'text'],
  events: [
    ...(['int4', 'int4', 'int4', 'int4', 'int4', 'int4', 'int4', 'int8'] as const),
    ...(['uuid', 'bytea', 'bytea', 'bytea', 'text', 'text', 'text'] as const),
  ],
  keys: ['int4', 'uuid', 'uuid', 'text', 'int4', 'int8', 'text'],
  probes: ['int4', 'uuid'],
  tasks: ['int4', 'int4', 'int4', 'text', 'int4', 'int8', 'text'],
  taskRows: [],
  timers: ['int4', 'int4', 'int4', 'int8', 'bool', 'bool'],
  skus: ['int4', 'text'],
  stock: ['int4', 'int4', 'text', 'int8', 'text'],
} as const satisfies Readonly<Record<string, readonly ElementType[]>>;
type Group = keyof typeof GROUPS;

const SQL_TYPES: Readonly<Record<ElementType, string>> = {
  int4: 'integer[]',
  int8: 'bigint[]',
  uuid: 'uuid[]',
  bytea: 'bytea[]',
  text: 'text[]',
  bool: 'boolean[]',
};

/** The call of `commit_units`, with the type of each parameter. */
export const COMMIT_UNITS: Statement = { name: 'commit-units', text: commitSql() };

function commitSql(): string {
  const types = (Object.keys(GROUPS) as Group[]).flatMap((group) =>
    group === 'taskRows' ? ['json'] : GROUPS[group].map((type) => SQL_TYPES[type]),
  );
  const parameters = ['bigint', ...types].map((type, index) => `$${index + 1}::${type}`);
  return `SELECT refused_unit, reason, balances FROM commit_units(${parameters.join(', ')})`;
}

/** How `commit_units` is told of the lease that a task must have. */
const ANY_LEASE = -1;
const NO_LEASE = 0;

/** What an order has no row for: units that only write keys. */
const NO_ORDER = '0'.repeat(32);

/** Builds the parameters of one call, row by row. */
export class BatchParameters {
  readonly #numbers: SmallNumbers;
  readonly #columns: Readonly<Record<Group, readonly Column[]>>;
  #taskRows: object[] = [];

  constructor(numbers: SmallNumbers) {
    this.#numbers = numbers;
    this.#columns = Object.fromEntries(
      Object.entries(GROUPS).map(([group, types]) => [group, types.map((type) => new Column(type))]),
    ) as unknown as Record<Group, readonly Column[]>;
  }

  /** Units come sorted by tenant and id; gives the unit's number. */
  addUnit({ tenant, orderId, expectedVersion, order }: Unit): number {
    const units = this.#columns.units;
    if (expectedVersion === null || order === null) {
      this.#push('units', [tenant, NO_ORDER, -1, 0, 0, 0, 0, null, 0, '', null]);
    } else {
      const flags = flagsOf(order);
      const place = this.#numbers.placeNumber(order.workflow, order.status);
      const id = Buffer.from(orderIdToBytes(orderId)).toString('hex');
      const { version, enteredVersion, updatedAt, lastHash } = order;
      const standing = [place, version, enteredVersion, flags, attentionOf(flags), updatedAt];
      this.#push('units', [tenant, id, expectedVersion, ...standing, lastHash, workText(order)]);
    }
    return units[0]?.length ?? 0;
  }

  addBody(unit: number, order: LiveOrder): void {
    this.#push('bodies', [
      unit,
      order.externalId,
      order.customerId,
      order.workflowVersion,
      this.#numbers.hashNumber(order.workflowHash),
      order.createdAt,
      order.currency,
      order.amountTotal,
      JSON.stringify(order.items),
      JSON.stringify(order.metadata),
    ]);
  }

  addEvent(
    unit: number,
    workflow: string,
    { head, previousHash, payloadHash, hash, payloadText, salt }: OrderEvent,
  ): void {
    this.#push('events', [
      unit,
      head.version,
      numberOfType(head.type),
      head.actor,
      head.from === null ? null : this.#numbers.placeNumber(workflow, head.from),
      this.#numbers.placeNumber(workflow, head.to),
      this.#numbers.hashNumber(head.workflowHash),
      head.at,
      salt,
      payloadHash,
      hash,
      mayStandFirst(head) ? previousHash : null,
      head.event,
      head.task,
      payloadText,
    ]);
  }

  addKey(unit: number, { hash, fingerprint, orderId, version, expiresAt, answer }: KeyRecord): void {
    this.#push('keys', [unit, hash, fingerprint, orderId, version, expiresAt, answer]);
  }

  addProbe(unit: number, hash: string): void {
    this.#push('probes', [unit, hash]);
  }

  addTask(unit: number, place: TaskPlace, { token, lease, becomes }: TaskStep): void {
    const { version, position, suffix } = place;
    const change = becomes === null ? 'remove' : becomes === 'orphan' ? 'orphan' : 'write';
    const expected = lease === undefined ? ANY_LEASE : (lease ?? NO_LEASE);
    this.#push('tasks', [unit, version, position, suffix, token, expected, change]);
    if (becomes !== null && becomes !== 'orphan')
      this.#taskRows.push({ unit, ...place, ...taskValuesOf(becomes) });
  }

  addTimer(unit: number, { timer, there, added }: TimerStep): void {
    this.#push('timers', [unit, timer.enteredVersion, timer.index, timer.dueAt, there, added]);
  }

  /** SKUs come sorted by tenant and code points; gives the SKU's number. */
  addSku(tenant: number, sku: string): number {
    this.#push('skus', [tenant, sku]);
    return this.#columns.skus[0]?.length ?? 0;
  }

  addStock(unit: number, sku: number, kind: string, qty: number, effectKey: string | null): void {
    this.#push('stock', [unit, sku, kind, qty, effectKey]);
  }

  /** All parameters, until they are cleared; nothing may be added any more. */
  finish(): Values {
    const values: (Buffer | string)[] = [];
    for (const group of Object.keys(GROUPS) as Group[]) {
      if (group === 'taskRows') values.push(JSON.stringify(this.#taskRows));
      for (const column of this.#columns[group]) values.push(column.finish());
    }
    return values;
  }

  /** Begins anew in the same memory: sixty columns of each commit would be collected once a second, in 10 to 20 ms. */
  clear(): void {
    this.#taskRows = [];
    for (const columns of Object.values(this.#columns)) for (const column of columns) column.clear();
  }

  #push(group: Group, values: readonly Element[]): void {
    const columns = this.#columns[group];
    for (let index = 0; index < columns.length; index++) columns[index]?.push(values[index] as Element);
  }
}

/**
 * The hash of the version before is the previous hash, unless there is none before it: at the beginning, and after history was
 * detached. That happens a day after the end of the order's month at the earliest (archive/inspect.ts), so that no commit, however
 * long it is on its way, can bring an event without it afterwards, and no node has to hear of a detachment.
 */
function mayStandFirst({ version, orderId, at }: EventHead): boolean {
  return version === 1 || at >= monthOf(orderIdTime(orderId)).until;
}

function workText({ work: { effects, runs } }: LiveOrder): string | null {
  return effects.length + runs.length === 0 ? null : JSON.stringify({ effects, runs });
}
