import type { ActorKind } from '../order/command.ts';
import type { OrderEvent } from '../order/event.ts';
import type { Order } from '../order/order.ts';
import type { StockBalance, StockEntry, StockMovement } from '../order/stock.ts';
import type { AttemptFailure, LiveOrder, Task, TaskStatus, Timer } from '../order/work.ts';

/**
 * Where orders live. A store keeps what it is told in atomic units and knows nothing of lifecycles. Every store passes
 * `exerciseStore` (storage/contract). Conflicts and absence are values; a store throws only when it cannot be reached or is broken.
 */
export interface Store {
  readonly capabilities: StoreCapabilities;

  /** The time that decides `at` and every expiry, milliseconds since the epoch. */
  now(): number;

  /** Resolves if the store can answer and write; rejects with the reason if not. */
  ping(): Promise<void>;

  /** Waits for what was begun, then frees everything. Idempotent. Calls after it reject. */
  close(): Promise<void>;

  /** 32 random bytes in hexadecimal, made once per database: signs cursors, so that they survive restarts and serve on every node. */
  secret(): Promise<string>;

  /** The small number of a tenant, given at its first mention, from 1. Tenant 0 holds shared definitions. */
  internTenant(name: string): Promise<number>;

  /** The number of an actor in its tenant, given at its first mention, from 1. Durable before it resolves. */
  internActor(tenant: number, kind: ActorKind, name: string): Promise<number>;

  /** Definitions of every tenant that were deployed after one, by its number; 0 for all. In the order of deployment. */
  definitions(after: number): Promise<readonly StoredDefinition[]>;

  /** Adds a version of a definition, unless the newest (or, with `unlessEver`, any) version of that name has this hash. */
  deploy(definition: NewDefinition): Promise<Deployment>;

  /**
   * Committed orders with what is under way for them, in the order asked for; undefined where there is none. Who is about to
   * commit says so: a store that keeps a way free for commits takes it for that read as well.
   */
  load(keys: readonly OrderKey[], before?: 'commit'): Promise<readonly (LiveOrder | undefined)[]>;

  /**
   * Writes all units in one transaction and resolves after it is durable. Each unit is written whole or not at all, and its
   * verdict says which. Verdicts are in the order of the units. An order occurs in at most one unit of a call.
   */
  commit(units: readonly Unit[]): Promise<readonly UnitVerdict[]>;

  /** Whether the event `version` of the order was written by `commandId`: settles an outcome that was left unknown. */
  lookup(key: OrderKey, version: number, commandId: string): Promise<boolean>;

  /**
   * The order's events from `after` (exclusive, a version) in the given direction.
   * @throws HistoryDetachedError if the first of them is detached.
   */
  trail(query: TrailQuery): Promise<readonly RecordedEvent[]>;

  /** A page of orders by creation. Shows every commit that resolved before the call. */
  list(query: ListQuery): Promise<readonly Order[]>;

  /**
   * How many orders the filter of a list fits. Reads them all: only on request. May take many short reads, not one moment; yet
   * an order that moves meanwhile counts once, unless it leaves or enters what the filter fits.
   */
  count(query: ListFilter): Promise<number>;

  /**
   * Events of a tenant after a position, in feed order.
   * @throws HistoryDetachedError for a position from before the feed begins.
   */
  feed(query: FeedQuery): Promise<FeedPage>;

  /** Balances in the order asked for; undefined for a SKU that was never in stock. */
  loadStock(keys: readonly StockKey[]): Promise<readonly (StockBalance | undefined)[]>;

  /** Sets or changes what is in the house of one SKU, with its movement and idempotency record, in one transaction. */
  changeStock(change: StockChange): Promise<StockVerdict>;

  /** A page of balances by SKU, in the order of code points. */
  listStock(query: StockQuery): Promise<readonly StockBalance[]>;

  /** Movements of a SKU, newest first. */
  movements(query: MovementQuery): Promise<readonly RecordedMovement[]>;

  /**
   * What is due now, cheaply: looked at all the time, so that nothing depends on being told. `ready` are those that a claim
   * would find, by name; times are compared with `now()`.
   */
  peekWork(query: PeekQuery): Promise<WorkDue>;

  /**
   * Gives out ready tasks, and those whose lease has ended, oldest due first, durably: raises token and attempts, sets the
   * lease. Orphans and dead tasks are never given out.
   */
  claim(query: ClaimQuery): Promise<ClaimVerdict>;

  /** Changes tasks that are still held by the token, all in one transaction. Says of each whether it was. */
  updateTasks(updates: readonly TaskUpdate[]): Promise<readonly boolean[]>;

  /** Open tasks by order id, version and position. */
  listTasks(query: TaskQuery): Promise<readonly OpenTask[]>;

  /** Orders with a dead task, and settled ones that wait for review, by creation. */
  deadLetters(query: DeadLetterQuery): Promise<readonly LiveOrder[]>;

  /** Deletes at most `limit` expired idempotency records; says how many it deleted. Never reads all of the live ones. */
  expireKeys(limit: number): Promise<number>;

  /**
   * One look for operators, over all tenants: what is late, blocked or behind, and the next window of orders. However much there
   * is, it is bounded, reads by indexes and holds up no commit. Changes nothing; times are compared with `now()`.
   */
  examine(query: ExamineQuery): Promise<Examination>;
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
  /** The row as the events leave it, `work` included; null if `expectedVersion` is null. */
  readonly order: LiveOrder | null;
  /** Whether customer, currency, items, metadata or external id are new: a store may keep them apart from the hot row. */
  readonly bodyChanged: boolean;
  /** Dense from `expectedVersion + 1`. */
  readonly events: readonly OrderEvent[];
  /** How the order's task rows change. One whose token or lease is not the expected one makes the unit a conflict. */
  readonly tasks: readonly TaskChange[];
  /** How its timer rows change. */
  readonly timers: readonly TimerChange[];
  /** Judged and written in turn. */
  readonly stock: readonly StockEntry[];
  /** Idempotency records written with the unit: if any of them is taken, the whole unit is not written. */
  readonly keys: readonly KeyRecord[];
  /** Hashes that must be free, for a refusal that is not stored under its key. */
  readonly keysProbed: readonly string[];
}

export type TaskChange =
  | { readonly kind: 'add'; readonly task: Task }
  /** It has ended, or is dropped: `task` is the row as it was, with the token and the lease that it must have. */
  | { readonly kind: 'remove'; readonly task: Task }
  /** Its state was left while it ran. Changes nothing else of the row: a lease that nobody holds any more ends at once. */
  | { readonly kind: 'orphan'; readonly task: Task }
  /** It is dead from now on, or is to be tried again: `task` is the row as it becomes, with the token that it must have had. */
  | { readonly kind: 'replace'; readonly task: Task; readonly leaseBefore: Task['leaseUntil'] };

/**
 * The lease that a change expects in the row; undefined where it does not matter. Updates of a task move its lease and keep its token:
 * an end that was decided before one of them would else take the task from who was told that it holds it.
 */
export function leaseExpected(change: TaskChange): Task['leaseUntil'] | undefined {
  if (change.kind === 'remove') return change.task.leaseUntil;
  return change.kind === 'replace' ? change.leaseBefore : undefined;
}

export type TimerChange = { readonly kind: 'add' | 'remove'; readonly timer: Timer };

export type UnitVerdict =
  | { readonly kind: 'committed' }
  /** The row is not at the expected version, or a task or timer is not as expected: here is what it is, or undefined if there is none. */
  | { readonly kind: 'conflict'; readonly current: LiveOrder | undefined }
  /** Stock is not as a decision took it to be: here is what it is, of every SKU that the unit names and that exists. */
  | { readonly kind: 'stock-changed'; readonly balances: readonly StockBalance[] }
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
  /** Null for a command that is answered with the order at that version, else what is answered, as JSON. */
  readonly answer: string | null;
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
  /** Ascends with each deployment, over all tenants. */
  readonly number: number;
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
  /** A version, exclusive; null for the beginning of what is not detached (asc) or the end (desc). */
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
  /** A feed position, exclusive; 0 for before all events, null for the beginning of what is not detached. */
  readonly after: number | null;
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

export interface StockKey {
  readonly tenant: number;
  readonly sku: string;
}

export interface StockChange extends StockKey {
  /** `set` to `value` pieces in the house, or `adjust` by `value`. */
  readonly kind: 'set' | 'adjust';
  readonly value: number;
  readonly reason: string | null;
  /** The actor's number. */
  readonly actor: number;
  /** The movement's effect key. A change that moves nothing writes no movement. */
  readonly commandId: string;
  /** Written with the change; its `answer` becomes the balance as JSON. */
  readonly key: KeyRecord | null;
}

export type StockVerdict =
  | { readonly kind: 'changed'; readonly balance: StockBalance }
  /** It would leave fewer than are reserved, or more than `ON_HAND_MAX`: nothing was written. */
  | { readonly kind: 'refused'; readonly balance: StockBalance | undefined }
  | { readonly kind: 'key-taken'; readonly taken: KeyRecord };

export interface StockQuery {
  readonly tenant: number;
  /** A SKU, exclusive; null for the beginning. */
  readonly after: string | null;
  readonly limit: number;
}

export interface MovementQuery extends StockKey {
  /** A position, exclusive; null for the newest. */
  readonly before: number | null;
  readonly limit: number;
}

export interface RecordedMovement extends StockMovement {
  readonly position: number;
  /** Who; the system for movements of orders. */
  readonly actor: { readonly kind: ActorKind; readonly name: string };
}

/** A task of a tenant's order. */
export interface OpenTask extends Task, OrderKey {}

export interface TaskKey extends OrderKey {
  /** The task's id. */
  readonly id: string;
}

export interface PeekQuery {
  /** The tasks that the asker can carry out. */
  readonly names: readonly string[];
  /** Most timers and lapsed tasks to tell at once. */
  readonly limit: number;
}

export interface WorkDue {
  /** Some task of the asked names can be claimed. */
  readonly ready: boolean;
  /** Timers that are due, oldest first. */
  readonly timers: readonly (Timer & OrderKey)[];
  /** Orphans whose lease has ended, and tasks past their deadline that nobody holds. */
  readonly lapsed: readonly TaskKey[];
  /** When the next of these becomes due, milliseconds since the epoch; null if there is none. */
  readonly nextAt: number | null;
}

export interface ClaimQuery {
  /** Null: of every tenant. */
  readonly tenant: number | null;
  readonly names: readonly string[];
  readonly limit: number;
  readonly leaseMs: number;
  readonly claimedBy: string;
  /** Written with the claim, if it gives out any; its `answer` becomes the tasks as JSON. */
  readonly key: KeyRecord | null;
}

export type ClaimVerdict =
  | { readonly kind: 'claimed'; readonly tasks: readonly OpenTask[] }
  | { readonly kind: 'key-taken'; readonly taken: KeyRecord };

/** A change of a task that its holder asks for and that is no end of it. */
export type TaskUpdate = TaskKey & { readonly token: number } & (
    | {
        readonly kind: 'extend';
        /** A lease that lasts longer stays as it is, and the update counts all the same. */
        readonly leaseUntil: number;
      }
    /** An outside service has taken it over and will tell its end. */
    | { readonly kind: 'park'; readonly leaseUntil: number }
    /** The attempt has failed: nobody holds the task until it is due again. */
    | {
        readonly kind: 'retry';
        readonly dueAt: number;
        readonly failure: AttemptFailure;
        readonly uncertain: boolean;
      }
    /**
     * Its holder has not begun it: one attempt less, due when it was before, held by nobody. A doubt stays, also that of a lease which
     * had run out when it was claimed.
     */
    | { readonly kind: 'return' }
  );

export interface TaskQuery {
  readonly tenant: number;
  readonly status?: TaskStatus | undefined;
  readonly orderId?: string | undefined;
  readonly name?: string | undefined;
  /** The last task of the page before, exclusive. */
  readonly after: TaskKey | null;
  readonly limit: number;
}

export interface DeadLetterQuery {
  readonly tenant: number;
  readonly workflow?: string | undefined;
  readonly status?: string | undefined;
  /** The id of the last order of the page before, exclusive. */
  readonly after: string | null;
  readonly limit: number;
}

export interface ExamineQuery {
  /** How long each may wait before it counts as late, milliseconds: a due task for a holder, what a lease held, a due timer. */
  readonly lateMs: { readonly task: number; readonly lease: number; readonly timer: number };
  /** Of each kind, and of tasks of each name, so many of the oldest are looked at. */
  readonly countMax: number;
  /** Keys told of each kind at most. */
  readonly examplesMax: number;
  /** The order that the last window ended with, exclusive; null for the first window. */
  readonly after: OrderKey | null;
  /** Every definition that is known, by its content hash, with the states in which a client may send an event. */
  readonly rules: readonly { readonly workflowHash: string; readonly attended: readonly string[] }[];
  /** Idle orders told at most: the window ends with the last of them. */
  readonly idleMax: number;
}

export interface Examination {
  /** Tasks that are due and that nobody takes, by name. Names with none are left out. */
  readonly untaken: readonly TaskTally[];
  /** Tasks whose holder let the lease end, and that nobody has taken up since, by name. */
  readonly pastLease: readonly TaskTally[];
  /** Tasks past their deadline that nobody holds and whose end nobody has recorded. */
  readonly pastDeadline: Tally<TaskKey>;
  /** Orphans that nobody holds and whose end nobody has recorded. */
  readonly orphans: Tally<TaskKey>;
  /** Timers that are due and have not been fired. */
  readonly timers: Tally<OrderKey>;
  /** Orders with a dead task; `oldestAt` is when the one that has not moved for longest did so. */
  readonly blocked: Tally<OrderKey>;
  /** How far what `feed` shows is behind what is committed. */
  readonly feed: Lag;
  /** What else is written behind the commits, and how far it is behind. */
  readonly projections: readonly (Lag & { readonly name: string })[];
  /** Every tenant that was ever named. */
  readonly tenants: readonly number[];
  /**
   * Orders of the window that may have nothing to move them: not settled, and either of no known definition, or without a task or
   * timer in a state where no client may send an event. By tenant and id.
   */
  readonly idle: readonly OrderKey[];
  /** Where the next window begins; null if this one reached the last order. */
  readonly next: OrderKey | null;
}

/** How many there are of something that should not be. */
export interface Tally<K> {
  /** `countMax` says that there may be more. */
  readonly count: number;
  /** Since when the oldest of them has been so, milliseconds since the epoch; null if there is none. */
  readonly oldestAt: number | null;
  readonly examples: readonly K[];
}

export interface TaskTally extends Tally<TaskKey> {
  /** The tasks' name. */
  readonly task: string;
}

/** How far a reader of events is behind the commits. */
export interface Lag {
  readonly events: number;
  /** When the oldest event that is not shown was recorded, milliseconds since the epoch; null if all are. */
  readonly oldestAt: number | null;
}

/** The store cannot be reached, is full or is closed: the call may be tried again later. `cause` has the driver's error. */
export class StoreUnavailableError extends Error {
  override readonly name: string = 'StoreUnavailableError';
}

/** Nothing more fits in: what was to be written was not. What reads is still answered. */
export class StoreFullError extends StoreUnavailableError {
  override readonly name = 'StoreFullError';
}

/** The store answers, but others ask for so much of this that its turn did not come in time. Nothing was begun. */
export class StoreBusyError extends StoreUnavailableError {
  override readonly name = 'StoreBusyError';
}

/** What was asked for is not in the store any more: it was detached, and lies in an archive. */
export class HistoryDetachedError extends Error {
  override readonly name = 'HistoryDetachedError';
  /** The `after` with which the same reading, in ascending order, goes on; null where nothing is left of what it reads. */
  readonly resumeAfter: number | null;
  /** The names of the archives in which it is, oldest first. */
  readonly archives: readonly string[];

  constructor(resumeAfter: number | null, archives: readonly string[]) {
    super(`what was asked for was detached and is in ${archives.join(', ')}`);
    this.resumeAfter = resumeAfter;
    this.archives = archives;
  }
}
