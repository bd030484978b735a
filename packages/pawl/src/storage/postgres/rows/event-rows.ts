import { type ActorKind, SYSTEM_ACTOR_NUMBER } from '../../../order/command.ts';
import type { EventPayload } from '../../../order/event.ts';
import type { RecordedEvent } from '../../../ports/store.ts';
import { hexOfUuid, orderOfUuid } from '../connection/order-uuid.ts';
import type { SmallNumbers } from '../connection/small-numbers.ts';
import { typeOfNumber } from './event-types.ts';

/** The columns of a recorded event, over EVENT_JOINS. */
export const EVENT_COLUMNS = `e.tenant, e.order_id, e.version, e.type, e.actor, e.place_from, e.place_to, e.workflow_hash, e.at, e.salt,
  encode(e.payload_hash, 'hex') AS payload_hash, encode(e.hash, 'hex') AS hash,
  encode(coalesce(e.previous_hash, l.hash), 'hex') AS previous_hash, e.event, e.task, e.payload, a.kind AS actor_kind, a.name AS actor_name`;

/** The event before, and who acted. Left joins: an event must show even if what it names is missing. */
export const EVENT_JOINS = eventJoins('events');

/** The same within a part that was detached. */
export function eventJoins(table: string): string {
  return `
  LEFT JOIN ${table} l ON l.tenant = e.tenant AND l.order_id = e.order_id AND l.version = e.version - 1
  LEFT JOIN actors a ON a.tenant = e.tenant AND a.number = e.actor`;
}

export interface EventRow {
  readonly tenant: number;
  readonly order_id: string;
  readonly version: number;
  readonly type: number;
  readonly actor: number;
  readonly place_from: number | null;
  readonly place_to: number;
  readonly workflow_hash: number;
  readonly at: number;
  readonly salt: string | null;
  readonly payload_hash: string;
  readonly hash: string;
  readonly previous_hash: string | null;
  readonly event: string | null;
  readonly task: string | null;
  readonly payload: string | null;
  readonly actor_kind: ActorKind | null;
  readonly actor_name: string | null;
}

/** The name shown for an actor whose name was erased, or that was never named. */
const ACTOR_NAMELESS = '';
const SYSTEM: RecordedEvent['actor'] = { kind: 'system', name: 'system' };

export async function eventsOf(
  rows: readonly EventRow[],
  numbers: SmallNumbers,
): Promise<readonly RecordedEvent[]> {
  await recogniseEvents(rows, numbers);
  return rows.map((row) => eventOf(row, numbers));
}

/** Reads the numbers that other nodes have given since, if a row has one that is not known. */
export async function recogniseEvents(rows: readonly EventRow[], numbers: SmallNumbers): Promise<void> {
  await numbers.recognise(
    rows.flatMap(({ place_from: from, place_to: to }) => [from, to]),
    rows.map(({ workflow_hash: hash }) => hash),
  );
}

/** The event of a row whose numbers were recognised. */
export function eventOf(row: EventRow, numbers: SmallNumbers): RecordedEvent {
  return {
    head: {
      tenant: row.tenant,
      orderId: orderOfUuid(row.order_id),
      version: row.version,
      type: typeOfNumber(row.type),
      event: row.event,
      task: row.task,
      from: row.place_from === null ? null : numbers.place(row.place_from).status,
      to: numbers.place(row.place_to).status,
      at: row.at,
      actor: row.actor,
      workflowHash: numbers.hash(row.workflow_hash),
    },
    // Missing only in a damaged database: the empty text then fails the audit instead of the reading.
    previousHash: row.previous_hash ?? '',
    payloadHash: row.payload_hash,
    hash: row.hash,
    payload: row.payload === null ? null : (JSON.parse(row.payload) as EventPayload),
    payloadText: row.payload,
    salt: row.salt === null ? null : hexOfUuid(row.salt),
    actor: actorOf(row),
  };
}

/** Who a row's actor number stands for: the system has one, but no row. */
export function actorOf(row: Pick<EventRow, 'actor' | 'actor_kind' | 'actor_name'>): RecordedEvent['actor'] {
  if (row.actor === SYSTEM_ACTOR_NUMBER) return SYSTEM;
  return { kind: row.actor_kind ?? 'system', name: row.actor_name ?? ACTOR_NAMELESS };
}
