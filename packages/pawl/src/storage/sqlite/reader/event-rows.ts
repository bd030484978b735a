import { type ActorKind, SYSTEM_ACTOR_NUMBER } from '../../../order/command.ts';
import type { EventHead, EventPayload, EventType } from '../../../order/event.ts';
import { orderIdFromBytes } from '../../../order/order-id.ts';
import type { RecordedEvent } from '../../../ports/store.ts';
import { hexOf } from './order-rows.ts';

/** The columns of a recorded event, over EVENT_JOINS. */
export const EVENT_COLUMNS = `
  e.position, e.tenant, e.order_id, e.version, e.type, e.event, e.task, e.at, e.actor, e.previous_position, e.payload, e.salt,
  e.payload_hash, e.hash, w.hash AS workflow_hash, coalesce(l.hash, e.previous_hash) AS previous_hash,
  f.status AS from_status, t.status AS to_status, t.workflow, a.kind AS actor_kind, a.name AS actor_name`;

/** What an event's numbers and its link stand for. Left joins: an event must show even if something it names is missing. */
export const EVENT_JOINS = `
  LEFT JOIN workflow_hashes w ON w.number = e.workflow_hash
  LEFT JOIN places f ON f.place = e.place_from
  LEFT JOIN places t ON t.place = e.place_to
  LEFT JOIN events l ON l.position = e.previous_position
  LEFT JOIN actors a ON a.tenant = e.tenant AND a.number = e.actor`;

export interface EventRow {
  readonly position: number;
  readonly tenant: number;
  readonly order_id: Uint8Array;
  readonly version: number;
  readonly type: EventType;
  readonly event: string | null;
  readonly task: string | null;
  readonly at: number;
  readonly actor: number;
  readonly previous_position: number | null;
  readonly payload: string | null;
  readonly salt: Uint8Array | null;
  readonly payload_hash: Uint8Array;
  readonly hash: Uint8Array;
  readonly workflow_hash: Uint8Array | null;
  readonly previous_hash: Uint8Array | null;
  readonly from_status: string | null;
  readonly to_status: string | null;
  readonly workflow: string | null;
  readonly actor_kind: ActorKind | null;
  readonly actor_name: string | null;
}

/** The name shown for an actor whose name was erased, or that was never named. */
const ACTOR_NAMELESS = '';
const SYSTEM: RecordedEvent['actor'] = { kind: 'system', name: 'system' };

export function recordedEventOf(row: EventRow): RecordedEvent {
  return {
    head: headOf(row),
    previousHash: hexOrEmpty(row.previous_hash),
    payloadHash: hexOf(row.payload_hash),
    hash: hexOf(row.hash),
    payload: row.payload === null ? null : (JSON.parse(row.payload) as EventPayload),
    payloadText: row.payload,
    salt: row.salt === null ? null : hexOf(row.salt),
    actor: actorOf(row),
  };
}

/** Who a row's actor number stands for: the system has one, but no row. */
export function actorOf(row: Pick<EventRow, 'actor' | 'actor_kind' | 'actor_name'>): RecordedEvent['actor'] {
  if (row.actor === SYSTEM_ACTOR_NUMBER) return SYSTEM;
  return { kind: row.actor_kind ?? 'system', name: row.actor_name ?? ACTOR_NAMELESS };
}

function headOf(row: EventRow): EventHead {
  return {
    tenant: row.tenant,
    orderId: orderIdFromBytes(row.order_id),
    version: row.version,
    type: row.type,
    event: row.event,
    task: row.task,
    from: row.from_status,
    to: row.to_status ?? '',
    at: row.at,
    actor: row.actor,
    workflowHash: hexOrEmpty(row.workflow_hash),
  };
}

/** Missing only in a damaged database; the empty text then fails the audit instead of the reading. */
function hexOrEmpty(bytes: Uint8Array | null): string {
  return bytes === null ? '' : hexOf(bytes);
}
