import type { ActorKind } from '../../../order/command.ts';
import type { Order } from '../../../order/order.ts';
import type { StockBalance } from '../../../order/stock.ts';
import type { LiveOrder } from '../../../order/work.ts';
import type {
  ClaimQuery,
  ClaimVerdict,
  DeadLetterQuery,
  Deployment,
  Examination,
  ExamineQuery,
  FeedPage,
  FeedQuery,
  ListFilter,
  ListQuery,
  MovementQuery,
  NewDefinition,
  OpenTask,
  RecordedEvent,
  RecordedMovement,
  StockChange,
  StockQuery,
  StockVerdict,
  TaskQuery,
  TaskUpdate,
  TrailQuery,
  UnitVerdict,
} from '../../../ports/store.ts';
import { StoreFullError, StoreUnavailableError } from '../../../ports/store.ts';
import type { Wire } from './wire-reader.ts';

/** What the writer is asked, and what it answers to each. Times come as data: a thread has no clock. */
export interface WriterCalls {
  /** Null: all units are committed, the usual case. */
  commit: { ask: { readonly now: number; readonly units: Wire }; answer: readonly UnitVerdict[] | null };
  'intern-tenant': { ask: { readonly name: string }; answer: number };
  'intern-actor': {
    ask: { readonly tenant: number; readonly kind: ActorKind; readonly name: string };
    answer: number;
  };
  deploy: { ask: { readonly now: number; readonly definition: NewDefinition }; answer: Deployment };
  'change-stock': { ask: { readonly now: number; readonly change: StockChange }; answer: StockVerdict };
  claim: { ask: { readonly now: number; readonly query: ClaimQuery }; answer: ClaimVerdict };
  'update-tasks': { ask: { readonly updates: readonly TaskUpdate[] }; answer: readonly boolean[] };
  'expire-keys': { ask: { readonly now: number; readonly limit: number }; answer: number };
  /** Brings the index of places up to date with every commit before the call. */
  settle: { ask: Record<never, never>; answer: null };
  ping: { ask: Record<never, never>; answer: null };
  close: { ask: Record<never, never>; answer: null };
}

/** What the reader is asked. `settled`: whether the index of places is up to date. */
export interface ReaderCalls {
  list: { ask: { readonly query: ListQuery; readonly settled: boolean }; answer: readonly Order[] };
  count: { ask: { readonly filter: ListFilter; readonly settled: boolean }; answer: number };
  feed: { ask: { readonly query: FeedQuery }; answer: FeedPage };
  trail: { ask: { readonly query: TrailQuery }; answer: readonly RecordedEvent[] };
  'list-stock': { ask: { readonly query: StockQuery }; answer: readonly StockBalance[] };
  movements: { ask: { readonly query: MovementQuery }; answer: readonly RecordedMovement[] };
  'list-tasks': { ask: { readonly now: number; readonly query: TaskQuery }; answer: readonly OpenTask[] };
  'dead-letters': { ask: { readonly query: DeadLetterQuery }; answer: readonly LiveOrder[] };
  examine: { ask: { readonly now: number; readonly query: ExamineQuery }; answer: Examination };
  close: { ask: Record<never, never>; answer: null };
}

/** A table of calls: name → what is asked and answered. */
export type Calls<T> = { [K in keyof T]: { ask: object; answer: unknown } };

/** A call on its way, with the number that its answer carries. */
export type Request<T extends Calls<T>> = {
  [K in keyof T & string]: { readonly id: number; readonly kind: K; readonly ask: T[K]['ask'] };
}[keyof T & string];

/** An answer on its way back. Errors were translated where they arose: a clone keeps message and cause, no class. */
export interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: unknown;
  readonly isFull?: true;
}

/** The answer of a call that has failed. */
export function failedReply(id: number, error: StoreUnavailableError): Reply {
  return error instanceof StoreFullError ? { id, error, isFull: true } : { id, error };
}

/** The error that an answer tells of; undefined if it tells of none. */
export function errorIn({ error, isFull }: Reply): StoreUnavailableError | undefined {
  if (error === undefined) return undefined;
  const ErrorClass = isFull === true ? StoreFullError : StoreUnavailableError;
  return error instanceof Error
    ? new ErrorClass(error.message, { cause: error.cause })
    : new ErrorClass(String(error));
}

/** Until the writer has caught up with what a killed process left behind. */
export const MOVES_UNKNOWN = -1;

/** What every thread is started with. `moves[0]`: how many moves the index of places lacks. */
export interface ThreadData {
  readonly path: string;
  /** What the file may take; null for no bound. */
  readonly maxBytes: number | null;
  readonly moves: Int32Array;
}
