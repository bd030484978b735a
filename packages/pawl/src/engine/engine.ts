import type { EndTaskCommand, LapseTaskCommand, TimerCommand } from '../order/command.ts';
import type { Digest } from '../order/digest.ts';
import { orderIdTime } from '../order/order-id.ts';
import type { Clock } from '../ports/clock.ts';
import type { Observe } from '../ports/observe.ts';
import type { Ids, Random } from '../ports/random.ts';
import {
  type OrderKey,
  type StockChange,
  type StockVerdict,
  type Store,
  StoreUnavailableError,
} from '../ports/store.ts';
import { Gate } from './commit/gate.ts';
import type { Job, Replay } from './commit/job.ts';
import { Lane } from './commit/lane.ts';
import { replay } from './commit/replay.ts';
import { StockBook } from './commit/stock-book.ts';
import type { Definitions } from './definitions.ts';
import { toError } from './fault.ts';
import type { History } from './history.ts';
import { KeptAnswers } from './kept-answers.ts';
import type { Outcome, Request } from './request.ts';
import type { WorkDesk } from './work-desk.ts';

/** Commands that may wait at once; beyond, `overloaded`. A wait of about half a second at full speed. */
export const QUEUE_MAX = 10_000;

/** Bytes of orders kept in memory over all lanes. */
export const CACHE_BYTES_MAX = 64 * 1024 * 1024;

export interface EngineTools {
  readonly store: Store;
  readonly definitions: Definitions;
  readonly history: History;
  readonly digest: Digest;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly idempotencyTtlMs: number;
  readonly queueMax: number;
  readonly cacheBytesMax: number;
  readonly observe: Observe;
  /** The queues that are subscribed to a topic. */
  readonly queues: (topic: string) => readonly string[];
  readonly desk: WorkDesk;
}

/** A command that nobody has sent. */
export interface OwnRequest extends Request {
  readonly orderId: string;
  readonly command: EndTaskCommand | LapseTaskCommand | TimerCommand;
}

/** From a request to its outcome: admits it, gives it to the lane of its order, answers replays. */
export class Engine {
  /** What was answered to calls that are not about one order. */
  readonly answers: KeptAnswers;
  readonly #tools: EngineTools;
  readonly #lanes: readonly Lane[];
  readonly #gate = new Gate();
  readonly #book: StockBook;
  #pending = 0;
  /** No command of a client is taken any more; the ends of tasks that run still are. */
  #isClosing = false;
  #isDraining = false;
  #whenDrained: (() => void) | null = null;

  constructor(tools: EngineTools) {
    this.#tools = tools;
    this.answers = new KeptAnswers(tools);
    this.#book = new StockBook(tools.store);
    const count = tools.store.capabilities.lanes;
    this.#lanes = Array.from({ length: count }, () =>
      this.#createLane(Math.floor(tools.cacheBytesMax / count)),
    );
  }

  /** How many commands wait for their answer. */
  get pending(): number {
    return this.#pending;
  }

  async submit(request: Request): Promise<Outcome> {
    const { queueMax } = this.#tools;
    this.#requireOpen();
    if (this.#pending >= queueMax) return overloaded(this.#pending, queueMax);
    const { job, outcome } = this.#prepare(request);
    this.#admit(job);
    return outcome;
  }

  /** A command of the engine's own, such as the end of a task: what bounds those is how many tasks run at once. */
  async submitOwn(request: OwnRequest): Promise<Outcome> {
    if (this.#isDraining) throw closing();
    const { observe, clock } = this.#tools;
    const began = clock.monotonic();
    const { job, outcome } = this.#prepare(request);
    this.#admit(job);
    const settled = await outcome;
    const { tenant, orderId, command } = request;
    const told = settled.ok
      ? { events: settled.events, refusal: null }
      : { events: [], refusal: settled.rejection.code };
    const seconds = (clock.monotonic() - began) / 1000;
    observe({ kind: 'own-command', command: command.kind, tenant, orderId, seconds, ...told });
    return settled;
  }

  /** Room for all or for none. Commands for one order are decided in the order of the list. */
  async submitAll(requests: readonly Request[]): Promise<readonly Outcome[]> {
    const { queueMax } = this.#tools;
    this.#requireOpen();
    if (this.#pending + requests.length > queueMax) {
      return requests.map(() => overloaded(this.#pending, queueMax));
    }
    const prepared = requests.map((request) => this.#prepare(request));
    for (const { job } of prepared) this.#admit(job);
    return Promise.all(prepared.map(({ outcome }) => outcome));
  }

  /** The rows of an order's tasks were changed beside its commits. */
  forget({ tenant, orderId }: OrderKey): void {
    this.#laneOf(orderId).forget(`${tenant} ${orderId}`);
  }

  /** Changes stock by hand, apart from all decisions that are certain of it. */
  async changeStock(change: StockChange): Promise<StockVerdict> {
    this.#requireOpen();
    const leave = await this.#gate.pass(false);
    try {
      const verdict = await this.#tools.store.changeStock(change);
      this.#book.forget(change.tenant, change.sku);
      return verdict;
    } finally {
      leave();
    }
  }

  /** Admits no more commands of clients. */
  close(): void {
    this.#isClosing = true;
  }

  /** Admits no more commands at all; resolves when every admitted one is answered. */
  drain(): Promise<void> {
    this.#isClosing = true;
    this.#isDraining = true;
    if (this.#pending === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const earlier = this.#whenDrained;
      this.#whenDrained = () => {
        earlier?.();
        resolve();
      };
    });
  }

  /** A job and its outcome. Counted when it is admitted, released when it is settled, each once. */
  #prepare(request: Request): { readonly job: Job; readonly outcome: Promise<Outcome> } {
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    let isSettled = false;
    const settle = (answer: () => void): void => {
      if (isSettled) return;
      isSettled = true;
      this.#release();
      answer();
    };
    const job = this.#job(
      request,
      (outcome) => settle(() => resolve(this.#observed(request, outcome))),
      (fault) => settle(() => reject(toError(fault))),
    );
    return { job, outcome: promise };
  }

  #admit(job: Job): void {
    this.#pending++;
    this.#laneOf(job.orderId).push(job);
  }

  #job(request: Request, resolve: Job['resolve'], reject: Job['reject']): Job {
    const { store, ids } = this.#tools;
    if (request.actor.tenant !== request.tenant) throw new TypeError('the actor belongs to another tenant');
    const creates = request.command.kind === 'create';
    const orderId = creates ? ids.orderId(store.now()) : (request.orderId ?? '');
    return {
      request,
      orderId,
      orderKey: `${request.tenant} ${orderId}`,
      commandId: ids.commandId(),
      key: this.#keyOf(request),
      createdAt: creates ? orderIdTime(orderId) : null,
      attempts: 0,
      stockChanges: 0,
      resolve,
      reject,
    };
  }

  #keyOf({ tenant, idempotency }: Request): Job['key'] {
    return idempotency === undefined ? null : this.answers.hashes(tenant, idempotency);
  }

  #requireOpen(): void {
    if (this.#isClosing) throw closing();
  }

  #release(): void {
    this.#pending--;
    if (this.#pending > 0 || this.#whenDrained === null) return;
    this.#whenDrained();
    this.#whenDrained = null;
  }

  #createLane(cacheBytesMax: number): Lane {
    return new Lane({
      ...this.#tools,
      cacheBytesMax,
      book: this.#book,
      gate: this.#gate,
      available: (tenant, sku) => this.#book.available(tenant, sku),
      replay: (found) => this.#replay(found),
      committed: (units, commands) => this.#tools.observe({ kind: 'batch', units, commands }),
    });
  }

  #replay({ job, record }: Replay): void {
    replay(job, record, this.#tools.history).then(job.resolve, job.reject);
  }

  #observed({ idempotency }: Request, outcome: Outcome): Outcome {
    this.answers.observed(idempotency, outcome.replayed);
    return outcome;
  }

  /** The last characters of an id are random: they spread orders evenly. */
  #laneOf(orderId: string): Lane {
    const { length } = orderId;
    const lane =
      this.#lanes[
        (orderId.charCodeAt(length - 1) * 31 + orderId.charCodeAt(length - 2)) % this.#lanes.length
      ];
    return lane ?? (this.#lanes[0] as Lane);
  }
}

function closing(): StoreUnavailableError {
  return new StoreUnavailableError('the engine is closing');
}

function overloaded(queued: number, limit: number): Outcome {
  return { ok: false, rejection: { code: 'overloaded', queued, limit }, replayed: false };
}
