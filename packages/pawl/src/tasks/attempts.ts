import type { Engine } from '../engine/engine.ts';
import type { Clock } from '../ports/clock.ts';
import type { OpenTask, Store } from '../ports/store.ts';
import { type HandedTask, retryLater, type TaskHandler, type TaskResult } from '../ports/task-handler.ts';
import { callHandler } from './attempt.ts';

/** How often running attempts are looked at: the grain of their timeouts. */
const TICK_MS = 100;
/** After its time is over an attempt has so long to tell that it had no effect, milliseconds: a connection is ended within few. */
const HEED_MS = 50;
/** A lease is extended when this part of it is over. */
const EXTEND_PART = 1 / 3;

/** An attempt that this node is making. */
export interface Attempt {
  /** As claimed; replaced when the same task is claimed again while it still runs here. */
  task: OpenTask;
  readonly controller: AbortController;
  /** By the monotonic clock: when its time is over. */
  readonly endsAt: number;
  /** By the monotonic clock: when a whole lease would have begun that ends with this one. */
  leasedAt: number;
  /** Somebody else holds the task by now: whatever comes of the attempt is refused. */
  isLost: boolean;
  /** What became of it is being recorded as no end: its lease is not to be extended behind that. */
  isLetGo: boolean;
  /** Stops waiting for the handler. */
  readonly giveUp: (result: TaskResult) => void;
}

export interface AttemptTools {
  readonly store: Store;
  readonly clock: Clock;
  readonly leaseMs: number;
  readonly engine: Engine;
}

/** The attempts of this node: their timeouts, and their leases, which are extended together. */
export class Attempts {
  readonly #tools: AttemptTools;
  readonly #running = new Map<string, Attempt>();
  #keeping: Promise<void> | null = null;
  #isExtending = false;
  #whenIdle: (() => void) | null = null;

  constructor(tools: AttemptTools) {
    this.#tools = tools;
  }

  /**
   * Calls the handler and hands its result to `settle`, whose promise ends the attempt: until then the lease is extended, so
   * that no other attempt begins while the end of this one is being recorded.
   */
  async make(
    task: OpenTask,
    handed: Omit<HandedTask, 'token'>,
    handler: TaskHandler,
    timeoutMs: number,
    settle: (attempt: Attempt, result: TaskResult) => Promise<void>,
  ): Promise<void> {
    const { clock, store } = this.#tools;
    const { promise: timedOut, resolve: giveUp } = Promise.withResolvers<TaskResult>();
    const controller = new AbortController();
    const now = clock.monotonic();
    const attempt: Attempt = {
      task,
      controller,
      endsAt: now + timeoutMs,
      leasedAt: this.#leasedAt(task),
      isLost: false,
      isLetGo: false,
      giveUp,
    };
    this.#running.set(task.id, attempt);
    this.#keeping ??= this.#keep();
    try {
      const tools = {
        signal: controller.signal,
        now: store.now(),
        sleep: (ms: number) => clock.sleep(ms, controller.signal),
      };
      const told = callHandler(handler, { ...handed, token: task.token }, tools).then((result) =>
        controller.signal.aborted && !saysNothingHappened(result) ? timedOut : result,
      );
      await settle(attempt, await Promise.race([told, timedOut]));
    } finally {
      this.#running.delete(task.id);
      if (this.#running.size === 0) this.#whenIdle?.();
    }
  }

  /** A task that still runs here was claimed again, since its lease had run out: it goes on under the new token. */
  adopt(task: OpenTask): boolean {
    const attempt = this.#running.get(task.id);
    if (attempt === undefined) return false;
    // Told late: it was claimed again since.
    if (task.token < attempt.task.token) return true;
    attempt.task = task;
    attempt.leasedAt = this.#leasedAt(task);
    return true;
  }

  /** Whether so much is left of the lease that an attempt which begins now can extend it before its end. */
  isInTime(task: OpenTask): boolean {
    // Leases that are hardly longer than a tick are not extended in time anyway, and still begin.
    return this.#leftMs(task) > Math.min(TICK_MS, this.#tools.leaseMs * EXTEND_PART);
  }

  /** Waits until nothing runs, at most so long; then ends what runs, without an outcome. */
  async end(graceMs: number): Promise<void> {
    if (this.#running.size > 0) {
      const idle = new Promise<void>((resolve) => (this.#whenIdle = resolve));
      const over = new AbortController();
      await Promise.race([idle, this.#tools.clock.sleep(graceMs, over.signal)]);
      over.abort();
    }
    for (const attempt of this.#running.values()) {
      attempt.isLost = true;
      abort(attempt, 'the program is ending');
    }
    await this.#keeping;
  }

  /** A lease is counted from when it was asked for: a commit or a claim, and a read, lie between that and the attempt. */
  #leasedAt(task: OpenTask): number {
    const { clock, leaseMs } = this.#tools;
    // More than a whole one is left only where the store's clock was set back, and it may be set right again.
    return clock.monotonic() - leaseMs + Math.min(leaseMs, this.#leftMs(task));
  }

  #leftMs({ leaseUntil }: OpenTask): number {
    return (leaseUntil ?? 0) - this.#tools.store.now();
  }

  async #keep(): Promise<void> {
    const { clock, leaseMs } = this.#tools;
    for (let isHeeding = false; this.#running.size > 0; ) {
      await clock.sleep(isHeeding ? HEED_MS : TICK_MS);
      const now = clock.monotonic();
      const late = [...this.#running.values()].filter(({ endsAt }) => endsAt <= now);
      isHeeding = late.some(({ controller }) => !controller.signal.aborted);
      for (const attempt of late) {
        if (attempt.controller.signal.aborted) abort(attempt, TOO_LONG);
        else attempt.controller.abort(new Error(TOO_LONG));
      }
      const due = [...this.#running.values()].filter(
        ({ leasedAt, isLetGo, isLost }) => !isLetGo && !isLost && now - leasedAt >= leaseMs * EXTEND_PART,
      );
      // Not waited for: a store that is slow must not keep attempts from being ended in time.
      if (!this.#isExtending) void this.#extend(due);
    }
    this.#keeping = null;
  }

  /** All in one call. Where the store cannot be reached it is tried again at the next tick, as long as it takes. */
  async #extend(due: readonly Attempt[]): Promise<void> {
    if (due.length === 0) return;
    this.#isExtending = true;
    const { store, engine, clock, leaseMs } = this.#tools;
    const leaseUntil = store.now() + leaseMs;
    const askedAt = clock.monotonic();
    const asked = due.map((attempt) => ({ attempt, task: attempt.task }));
    try {
      const held = await store.updateTasks(
        asked.map(({ task: { tenant, orderId, id, token } }) => ({
          kind: 'extend',
          tenant,
          orderId,
          id,
          token,
          leaseUntil,
        })),
      );
      for (const [index, { attempt, task }] of asked.entries()) {
        engine.forget(task);
        // Claimed again meanwhile, by this node: then the answer is about a token of the past.
        if (attempt.task !== task) continue;
        attempt.leasedAt = askedAt;
        if (held[index] === true) continue;
        attempt.isLost = true;
        abort(attempt, 'somebody else holds the task by now');
      }
    } catch {
      // The call was observed.
    } finally {
      this.#isExtending = false;
    }
  }
}

/**
 * Whether a handler that was cut short leaves no doubt. Nothing else that it says then counts: what waits by `sleep` goes on as
 * if its wait were over, and what it finds undone may yet happen.
 */
function saysNothingHappened(result: TaskResult): boolean {
  return result.kind === 'retry' && !result.uncertain;
}

const TOO_LONG = 'it took too long';

/** A handler that does not heed the signal is not waited for: what it does later is refused by its token. */
function abort({ controller, giveUp }: Attempt, reason: string): void {
  controller.abort(new Error(reason));
  giveUp(retryLater(reason, { uncertain: true }));
}
