import type { JsonObject, Order } from '../order/order.ts';
import type { Guard } from '../workflow/compiled.ts';

/**
 * Carries out a task, at least once: after a crash or a lost answer it is called again with the same effect key, so that the
 * effect must be kept to one by that key. It should stop when the signal aborts; what it returns after that is refused, and its
 * outcome is not known. Where its time was over it may still say within 50 ms, by {@link retryLater} without `uncertain`, that it
 * had no effect.
 * @throws anything: the attempt has failed with an outcome that is not known, and is made again as the policy says.
 */
export type TaskHandler = (
  task: HandedTask,
  tools: HandlerTools,
) => Promise<TaskResult | undefined> | TaskResult | undefined;

/** A task as a handler sees it. */
export interface HandedTask {
  /** Constant over retries, different for every other task: the key by which an effect happens once. */
  readonly effectKey: string;
  /** The task's name: `label.print`. */
  readonly name: string;
  /** Which attempt this is, from 1. */
  readonly attempt: number;
  /** What the definition gives it (`topic`, `url`, `with`); for an undo what its step told when it was done. */
  readonly input: JsonObject;
  /** For an undo: the effect key of the step that it takes back. */
  readonly undoes: string | null;
  /** The order as it was when the attempt began. */
  readonly order: Order;
  /** The fencing token of this attempt: an outside service that ends the task later shows it. */
  readonly token: number;
  /** The rules of an `order.check`. */
  readonly rules: readonly Guard[];
}

export interface HandlerTools {
  /** Aborts when the attempt's time is over, the lease is lost or the program ends. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Waits by the engine's clock; returns early when the signal aborts. */
  readonly sleep: (ms: number) => Promise<void>;
}

/** How an attempt has ended: made by {@link done}, {@link failed}, {@link retryLater} or {@link handedOver}. */
export type TaskResult =
  | { readonly kind: 'done'; readonly data: JsonObject }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly data?: JsonObject | undefined;
      readonly attemptOnly?: boolean | undefined;
    }
  | {
      readonly kind: 'retry';
      readonly reason: string;
      readonly afterMs: number | null;
      readonly uncertain: boolean;
    }
  | { readonly kind: 'handed-over'; readonly forMs: number };

/** The task is done. What it tells is recorded and handed to its undo. */
export function done(data: JsonObject = {}): TaskResult {
  return { kind: 'done', data };
}

/**
 * The task has failed for good and had no effect: the order goes where the definition says. `attemptOnly`: that is known of this
 * attempt alone, as where nobody was asked. If the outcome of an earlier one is not known, the step's undo is queued as well;
 * without an undo the task is dead.
 */
export function failed(
  reason: string,
  data?: JsonObject,
  { attemptOnly }: { attemptOnly?: boolean } = {},
): TaskResult {
  return { kind: 'failed', reason, data, attemptOnly };
}

/**
 * The attempt has failed; another may succeed. Without `afterMs` it waits as the policy says. `uncertain`: it may have had
 * its effect all the same.
 */
export function retryLater(
  reason: string,
  { afterMs = null, uncertain = false }: { afterMs?: number | null; uncertain?: boolean } = {},
): TaskResult {
  return { kind: 'retry', reason, afterMs, uncertain };
}

/** An outside service has taken the task over and will end it by its token, within `forMs`; else it is tried again. */
export function handedOver(forMs: number): TaskResult {
  return { kind: 'handed-over', forMs };
}
