import type { StockBalance } from '../order/stock.ts';
import type { LiveOrder } from '../order/work.ts';
import type { RecordedEvent, StockKey, Store, StoredDefinition } from './store.ts';

/**
 * What verifies a database past its store: from its tables, beside whoever uses it, and without changing anything. Positions and
 * numbers are null where a database has none: there, an order's key says all.
 */
export interface OrderAudit {
  /** How many orders there were when it was opened. */
  readonly orders: number;
  /** Every order with its events, by tenant and creation. */
  each(): AsyncIterable<AuditedOrder>;
  /** Events that belong to no order's chain. Complete only after `each` was walked to its end. */
  strays(): AsyncIterable<StrayEvent>;
  /** Bodies of no order, or of one that has another. */
  strayBodies(): AsyncIterable<StrayBody>;
  /** Orders whose rows of tasks and timers do not fit them. */
  workProblems(): AsyncIterable<WorkProblem>;
  /** What `feed` shows, or will show, otherwise than it was committed. */
  feedProblems(): AsyncIterable<FeedProblem>;
  /** Every deployed definition as of now: an order's rules are found by their content hash. */
  definitions(): Promise<readonly StoredDefinition[]>;
  close(): Promise<void>;
}

/** An order with all of its events that were found. */
export interface AuditedOrder {
  readonly tenant: number;
  readonly orderId: string;
  /** Null if the row is incomplete or unreadable, which is then among the problems. */
  readonly row: LiveOrder | null;
  /** In version order; what a broken chain still reached. */
  readonly events: readonly RecordedEvent[];
  /** The version that they begin with: 1, unless the history before it was detached. Null if all of it was. */
  readonly first: number | null;
  readonly problems: readonly AuditProblem[];
}

/** What is wrong with the chain of an order, found without recomputing a hash. */
export type AuditProblem =
  /** The link leads to an event that is not there. */
  | { readonly kind: 'link-broken'; readonly position: number }
  /** The link leads to an event of another order. */
  | { readonly kind: 'link-foreign'; readonly position: number; readonly orderId: string }
  /** The link leads forward, or to an event that another link has led to. */
  | { readonly kind: 'link-repeated'; readonly position: number }
  /** Versions are not dense from the first that is not detached to the order's: one is missing, or there twice. */
  | {
      readonly kind: 'version-gap';
      readonly position: number | null;
      readonly expected: number;
      /** Null: it is missing at the end. */
      readonly found: number | null;
    }
  /** The event has a number for which nothing stands, as its type, state or definition. */
  | { readonly kind: 'event-unreadable'; readonly version: number }
  /** The row lacks its body or its place. */
  | { readonly kind: 'row-incomplete' }
  /** What the row or its body holds is not JSON where it must be. */
  | { readonly kind: 'row-unreadable' }
  /** The index that lists by state are read from lacks the order at the place where it is. */
  | { readonly kind: 'row-unlisted' };

/** An event that no chain leads to. */
export interface StrayEvent {
  readonly position: number | null;
  readonly tenant: number;
  readonly orderId: string;
  readonly version: number;
  /** `duplicate`: the order has another event of that version; `beyond`: a version that the order has not reached. */
  readonly kind: 'duplicate' | 'beyond' | 'no-order';
}

/** A body that no order's row leads to. */
export interface StrayBody {
  readonly number: number | null;
  readonly tenant: number;
  readonly orderId: string;
}

/** An order and its rows of tasks or timers that do not fit each other. */
export interface WorkProblem {
  readonly tenant: number;
  readonly orderId: string;
  /**
   * `…-missing`: its row says that it has some, and it has none; `…-unnoticed`: it has some, and its row says none, so that
   * nobody would look; `…-without-order`: there is no such order; `attention-unfit`: what dead letters are listed by is not what
   * its flags say.
   */
  readonly kind:
    | `${'tasks' | 'dead-tasks' | 'timers'}-${'missing' | 'unnoticed'}`
    | `${'tasks' | 'timers'}-without-order`
    | 'attention-unfit';
}

/** Something wrong with the feed of a database that keeps it apart from the events. Positions are null while none was given. */
export type FeedProblem =
  /** The feed names an event that is not there: nothing shows at its position. */
  | (FeedEventKey & { readonly kind: 'feed-event-missing'; readonly position: number | null })
  /** The feed will never show the event, or shows it more than once. */
  | (FeedEventKey & { readonly kind: 'feed-event-unnamed' | 'feed-event-repeated' })
  /** Positions are left out, or given a second time. */
  | {
      readonly kind: 'position-gap' | 'position-repeated';
      readonly expected: number;
      readonly found: number;
    }
  /** What keeps the next position is gone: no event gets one any more. */
  | { readonly kind: 'positions-stopped' };

interface FeedEventKey {
  readonly tenant: number;
  readonly orderId: string;
  readonly version: number;
}

/** Compares every balance of stock with the ledger; the database may be in use. */
export interface StockAudit {
  /** How many SKUs have a balance. Known after `problems` was walked to its end, like `movements`. */
  readonly skus: number;
  /** How many movements the balances were compared with, or a few more. */
  readonly movements: number;
  /** Balances may be repaired while servers use the database. */
  readonly repairsInUse: boolean;
  problems(): AsyncIterable<StockProblem>;
  close(): Promise<void>;
}

/** A SKU whose balance is not the sum of its movements. */
export interface StockProblem extends StockKey {
  /** Null if the SKU has movements and no balance. */
  readonly balance: StockBalance | null;
  /** What the movements make; null if there are none. */
  readonly ledger: StockBalance | null;
}

/** What became of a SKU that was repaired: null if it has no movement, and therefore no balance any more. */
export interface RepairedStock extends StockKey {
  readonly balance: StockBalance | null;
}

/** What an examination from outside asks of a database. */
export interface StoreExamination extends Pick<Store, 'now' | 'examine' | 'load' | 'definitions'> {
  close(): Promise<void>;
}
