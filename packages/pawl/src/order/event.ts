import type { EditableFields, JsonObject } from './order.ts';

/** The closed list of what raises an order's version. Work brings more of them. */
export type EventType = 'created' | 'edited' | 'transitioned';

/**
 * The part of an event that is hashed and never changes. It holds no personal data: the actor is a number, and what the
 * client wrote is only present as a salted hash.
 */
export interface EventHead {
  readonly tenant: number;
  readonly orderId: string;
  readonly version: number;
  readonly type: EventType;
  /** The client event's name, where there was one. */
  readonly event: string | null;
  /** The task's name, for entries of work. */
  readonly task: string | null;
  /** Null only for `created`. */
  readonly from: string | null;
  readonly to: string;
  /** When it was recorded, milliseconds since the epoch, never before the order's previous event. */
  readonly at: number;
  /** The actor's internal number; its name lives in a table of its own. */
  readonly actor: number;
  /** Content hash of the definition that decided it. */
  readonly workflowHash: string;
}

/** The part that can be erased while the chain still verifies. Absent members are left out. */
export interface EventPayload {
  /** The engine's own id of the command, for finding out an unknown outcome. */
  readonly commandId: string;
  readonly requestId?: string;
  /** When it happened according to an import, milliseconds since the epoch. */
  readonly occurredAt?: number;
  readonly reason?: string;
  readonly data?: JsonObject;
  /** `created` and `edited`: the values from now on. */
  readonly fields?: EditableFields & { readonly amountTotal: string };
  /** `created` only. */
  readonly created?: {
    readonly workflow: string;
    readonly workflowVersion: number;
    readonly externalId: string | null;
  };
}

/** An event as decided, before it is linked to the order's chain. */
export interface DraftEvent {
  readonly head: EventHead;
  readonly payload: EventPayload;
}

/** An event as recorded. Hashes are 64, the salt is 32 lower-case hexadecimal characters. */
export interface OrderEvent {
  readonly head: EventHead;
  readonly previousHash: string;
  readonly payloadHash: string;
  readonly hash: string;
  /** Null after erasure, together with the salt. */
  readonly payload: EventPayload | null;
  /** The payload's canonical text, the bytes that `payloadHash` is made of. Null after erasure. */
  readonly payloadText: string | null;
  readonly salt: string | null;
}
