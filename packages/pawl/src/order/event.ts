import type { EditableFields, JsonObject } from './order.ts';
import type { AttemptFailure } from './work.ts';

/** The closed list of what raises an order's version. */
export type EventType =
  | 'created'
  | 'edited'
  /** A client event or a timer has moved the order. */
  | 'transitioned'
  /** A client event has started work. */
  | 'work_accepted'
  /** A task has ended; the one that decides its run moves the order. */
  | 'work_ended'
  /** An undo is done; its task is the undo's name. */
  | 'compensated'
  /** A due timer whose guard did not hold. */
  | 'timer_skipped'
  /** A dead task is tried again. */
  | 'retried'
  /** A task was ended by hand. */
  | 'resolved'
  | 'reviewed'
  /** A new run was started by hand. */
  | 'redriven'
  | 'erased';

/** How a task has ended. */
export interface TaskEnd {
  /** The task's id. */
  readonly id: string;
  /** `late`: its state had been left before. */
  readonly outcome: 'done' | 'failed' | 'dead' | 'late';
  readonly attempts: number;
  /** Who told it by which token: the same may be told again. 0 for local work and what no holder told. */
  readonly token: number;
  /** The last failed attempts. */
  readonly failures?: readonly AttemptFailure[];
  /** What the task told. */
  readonly result?: JsonObject;
}

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
  /** Entries of work: the task that they are about. */
  readonly work?: TaskEnd;
  /** Present and true where an end of work has led back to the state in which the order was, which it enters again. */
  readonly entered?: true;
  /** Present and true where the state is final and something is still to be done. */
  readonly open?: true;
  /** Present and true where a dead task blocks the order. */
  readonly blocked?: true;
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
