import type { ActorKind } from '../order/command.ts';
import type { OrderEvent } from '../order/event.ts';
import type { Order } from '../order/order.ts';

/**
 * Where orders live. A store keeps what it is told in atomic units and knows nothing of lifecycles. Every store passes
 * `exerciseStore` (storage/contract). Conflicts and absence are values; a store throws only when it cannot be reached or is broken.
 */
export interface Store {
  readonly capabilities: StoreCapabilities;

  /** The time that decides `at` and every expiry, milliseconds since the epoch. */
  now(): number;

  /** Resolves if the store can answer; rejects with the reason if not. */
  ping(): Promise<void>;

  /** Waits for what was begun, then frees everything. Idempotent. Calls after it reject. */
  close(): Promise<void>;

  /** 32 random bytes in hexadecimal, made once per database: signs cursors, so that they survive restarts and serve on every node. */
  secret(): Promise<string>;

  /** The small number of a tenant, given at its first mention, from 1. Tenant 0 holds shared definitions. */
  internTenant(name: string): Promise<number>;

  /** The number of an actor in its tenant, given at its first mention, from 1. Durable before it resolves. */
  internActor(tenant: number, kind: ActorKind, name: string): Promise<number>;

  /** Every deployed definition of every tenant, by tenant, name and version. */
  definitions(): Promise<readonly StoredDefinition[]>;

  /** Adds a version of a definition, unless the newest (or, with `unlessEver`, any) version of that name has this hash. */
  deploy(definition: NewDefinition): Promise<Deployment>;

  /** Committed orders, in the order asked for; undefined where there is none. */
  load(keys: readonly OrderKey[]): Promise<readonly (Order | undefined)[]>;

  /**
   * Writes all units in one transaction and resolves after it is durable. Each unit is written whole or not at all, and its
   * verdict says which. Verdicts are in the order of the units. An order occurs in at most one unit of a call.
   */
  commit(units: readonly Unit[]): Promise<readonly UnitVerdict[]>;

  /** Whether the event `version` of the order was written by `commandId`: settles an outcome that was left unknown. */
  lookup(key: OrderKey, version: number, commandId: string): Promise<boolean>;

  /** The order's events from `after` (exclusive, a version) in the given direction. */
  trail(query: TrailQuery): Promise<readonly RecordedEvent[]>;

  /** A page of orders by creation. Shows every commit that resolved before the call. */
  list(query: ListQuery): Promise<readonly Order[]>;

  /**
   * How many orders the filter of a list fits. Reads them all: only on request. May take many short reads, not one moment; yet
   * an order that moves meanwhile counts once, unless it leaves or enters what the filter fits.
   */
  count(query: ListFilter): Promise<number>;

  /** Events of a tenant after a position, in feed order. */
  feed(query: FeedQuery): Promise<FeedPage>;

  /** Deletes at most `limit` expired idempotency records; says how many it deleted. Never reads all of the live ones. */
  expireKeys(limit: number): Promise<number>;
}

/** How stores differ, as far as the engine must know. */
export interface StoreCapabilities {
  readonly name: string;
  /** Nobody else can write: what the engine has cached is the truth, and a refusal needs no second look. */
  readonly exclusiveWriter: boolean;
  /** How many commits it pays to have in flight, at least 1. */
  readonly lanes: number;
  /** How many units one commit should hold at most. */
  readonly unitsPerCommitMax: number;
}

export interface OrderKey {
  readonly tenant: number;
  readonly orderId: string;
}

/** All that one commit writes for one order. */
export interface Unit extends OrderKey {
  /** The version that the row must have; 0 if the order must not exist; null if nothing is written to the order (only keys). */
  readonly expectedVersion: number | null;
  /** The row as the events leave it; null if `expectedVersion` is null. */
  readonly order: Order | null;
  /** Whether customer, currency, items, metadata or external id are new: a store may keep them apart from the hot row. */
  readonly bodyChanged: boolean;
  /** Dense from `expectedVersion + 1`. */
  readonly events: readonly OrderEvent[];
  /** Idempotency records written with the unit: if any of them is taken, the whole unit is not written. */
  readonly keys: readonly KeyRecord[];
  /** Hashes that must be free, for a refusal that is not stored under its key. */
  readonly keysProbed: readonly string[];
}

export type UnitVerdict =
  | { readonly kind: 'committed' }
  /** The row is not at the expected version: here is what it is, or undefined if there is none. */
  | { readonly kind: 'conflict'; readonly current: Order | undefined }
  /** Some of the unit's keys, written or probed, are taken and not expired: here are their records. */
  | { readonly kind: 'key-taken'; readonly taken: readonly KeyRecord[] }
  | { readonly kind: 'external-id-taken'; readonly orderId: string }
  /** The unit alone cannot be written; the others were not harmed. */
  | { readonly kind: 'failed'; readonly cause: Error };

/** What an idempotency key remembers. */
export interface KeyRecord {
  /** SHA-256 of tenant and key, its first 16 bytes: 32 hexadecimal characters. */
  readonly hash: string;
  /** SHA-256 of method, path and body, its first 16 bytes: 32 hexadecimal characters. */
  readonly fingerprint: string;
  readonly orderId: string;
  /** The order's version after the command; for a refusal, the version it was decided on (0 where there was none). */
  readonly version: number;
  /** Null for an accepted command, else the rejection as JSON. */
  readonly refusal: string | null;
  /** Milliseconds since the epoch; from then on the record is as if it had never been. */
  readonly expiresAt: number;
}

export interface NewDefinition {
  readonly tenant: number;
  readonly name: string;
  /** Content hash, 64 hexadecimal characters. */
  readonly hash: string;
  /** The definition as JSON. */
  readonly content: string;
  /** Compare with every version of the name, not only with the newest: for definitions read from files at each start. */
  readonly unlessEver: boolean;
}

export interface StoredDefinition {
  readonly tenant: number;
  readonly name: string;
  /** From 1 per tenant and name; a tenant's own count on from the shared ones (tenant 0), so that one number names one content. */
  readonly version: number;
  readonly hash: string;
  readonly content: string;
  readonly deployedAt: number;
}

export interface Deployment {
  readonly definition: StoredDefinition;
  readonly created: boolean;
}

export interface TrailQuery extends OrderKey {
  readonly direction: 'asc' | 'desc';
  /** A version, exclusive; null for the beginning (asc) or the end (desc). */
  readonly after: number | null;
  readonly limit: number;
}

/** An event with the name of its actor, which the head only numbers. */
export interface RecordedEvent extends OrderEvent {
  readonly actor: { readonly kind: ActorKind; readonly name: string };
}

export interface ListFilter {
  readonly tenant: number;
  readonly workflow?: string | undefined;
  readonly status?: string | undefined;
  readonly customerId?: string | undefined;
  readonly externalId?: string | undefined;
  /** Milliseconds since the epoch, exclusive both. */
  readonly createdAfter?: number | undefined;
  readonly createdBefore?: number | undefined;
}

export interface ListQuery extends ListFilter {
  readonly direction: 'asc' | 'desc';
  /** The id of the last order of the page before, exclusive. */
  readonly after: string | null;
  /** Skipped from there, 0–10,000. */
  readonly offset: number;
  readonly limit: number;
}

export interface FeedQuery {
  readonly tenant: number;
  /** A feed position, exclusive; 0 for the beginning. */
  readonly after: number;
  readonly limit: number;
}

export interface FeedPage {
  readonly events: readonly FeedEvent[];
  /** Where to continue, also when the page is empty. */
  readonly next: number;
}

export interface FeedEvent extends RecordedEvent {
  readonly position: number;
  readonly workflow: string;
  readonly customerId: string | null;
  readonly externalId: string | null;
}

/** The store cannot be reached, is full or is closed: the call may be tried again later. `cause` has the driver's error. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}
