import type { EndTaskCommand, LapseTaskCommand, TimerCommand } from '../order/command.ts';
import type { Digest } from '../order/digest.ts';
import { orderIdTime } from '../order/order-id.ts';
import type { Rejection } from '../order/rejection.ts';
import type { Clock } from '../ports/clock.ts';
import type { Observe } from '../ports/observe.ts';
import type { Ids, Random } from '../ports/random.ts';
import {
  type KeyRecord,
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
import type { Idempotency, Outcome, Request } from './request.ts';
import type { WorkDesk } from './work-desk.ts';

/** Commands that may wait at once; beyond, `overloaded`. A wait of about half a second at full speed. */
export const QUEUE_MAX = 10_000;

/** Bytes of orders kept in memory over all lanes. */
export const CACHE_BYTES_MAX = 64 * 1024 * 1024;

/** How much of a SHA-256 an idempotency record keeps: 128 bits, so that the index over them stays dense. */
const KEY_HASH_CHARACTERS = 32;

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

/** What a call that is not about one order has answered, now or the first time. */
export type Once<T> =
  | { readonly ok: true; readonly value: T; readonly replayed: boolean }
  | { readonly ok: false; readonly rejection: Rejection };

/** From a request to its outcome: admits it, gives it to the lane of its order, answers replays. */
export class Engine {
  readonly #tools: EngineTools;
  readonly #lanes: readonly Lane[];
  readonly #gate = new Gate();
  /** Calls under way, by the hash of their key. */
  readonly #once = new Map<string, Promise<void>>();
  readonly #book: StockBook;
  #pending = 0;
  /** No command of a client is taken any more; the ends of tasks that run still are. */
  #isClosing = false;
  #isDraining = false;
  #whenDrained: (() => void) | null = null;

  constructor(tools: EngineTools) {
    this.#tools = tools;
    this.#book = new StockBook(tools.store);
    const count = tools.store.capabilities.lanes;
    this.#lanes = Array.from({ length: count }, () =>
      this.#createLane(Math.floor(tools.cacheBytesMax / count)),
    );
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

  /**
   * Runs a call once for its key. The record is written after the call: if the process ends between the two, a repetition
   * runs the call again, which must therefore be harmless.
   */
  async once<T>(
    tenant: number,
    idempotency: Idempotency | undefined,
    call: () => Promise<T>,
  ): Promise<Once<T>> {
    if (idempotency === undefined) return { ok: true, value: await call(), replayed: false };
    const record = this.keyRecord(tenant, idempotency);
    // Equal calls at the same time: each waits for the one before it, and then finds its answer.
    const before = this.#once.get(record.hash) ?? Promise.resolve();
    const own = before.then(() => this.#callOnce(tenant, record, call));
    const settled = own.then(
      () => undefined,
      () => undefined,
    );
    this.#once.set(record.hash, settled);
    try {
      return await own;
    } finally {
      if (this.#once.get(record.hash) === settled) this.#once.delete(record.hash);
    }
  }

  async #callOnce<T>(tenant: number, record: KeyRecord, call: () => Promise<T>): Promise<Once<T>> {
    const earlier = await this.#keep(tenant, [], [record.hash]);
    const found = earlier ?? (await this.#answer(tenant, record, call));
    if ('value' in found) return { ok: true, value: found.value, replayed: false };
    return found.fingerprint === record.fingerprint && found.answer !== null
      ? { ok: true, value: JSON.parse(found.answer) as T, replayed: true }
      : { ok: false, rejection: { code: 'idempotency-key-reused' } };
  }

  async #answer<T>(
    tenant: number,
    record: KeyRecord,
    call: () => Promise<T>,
  ): Promise<KeyRecord | { readonly value: T }> {
    const value = await call();
    const taken = await this.#keep(tenant, [{ ...record, answer: JSON.stringify(value) }], []);
    return taken ?? { value };
  }

  /** Writes records, or looks whether hashes are free: gives the record that is in the way. */
  async #keep(
    tenant: number,
    keys: readonly KeyRecord[],
    keysProbed: readonly string[],
  ): Promise<KeyRecord | undefined> {
    const nothing = {
      expectedVersion: null,
      order: null,
      bodyChanged: false,
      events: [],
      tasks: [],
      timers: [],
      stock: [],
    };
    const [verdict] = await this.#tools.store.commit([{ ...nothing, tenant, orderId: '', keys, keysProbed }]);
    if (verdict?.kind === 'key-taken') return verdict.taken[0];
    if (verdict?.kind === 'failed') throw verdict.cause;
    return undefined;
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
    return idempotency === undefined ? null : this.#hashes(tenant, idempotency);
  }

  #hashes(tenant: number, idempotency: Idempotency): Pick<KeyRecord, 'hash' | 'fingerprint'> {
    const { digest } = this.#tools;
    // Text that is not well-formed has no bytes of its own: two such keys could be taken for one.
    if (!idempotency.key.isWellFormed()) throw new TypeError('an idempotency key is well-formed text');
    return {
      hash: digest(`${tenant} ${idempotency.key}`).slice(0, KEY_HASH_CHARACTERS),
      fingerprint: digest(idempotency.call).slice(0, KEY_HASH_CHARACTERS),
    };
  }

  /** Keeps what was answered to a call that is not about one order. An earlier answer under the key stands. */
  async keep(tenant: number, record: KeyRecord): Promise<void> {
    await this.#keep(tenant, [record], []);
  }

  /** The record of a call that is not about one order: its answer is for the store to fill in. */
  keyRecord(tenant: number, idempotency: Idempotency): KeyRecord {
    const { store, idempotencyTtlMs } = this.#tools;
    const expiresAt = store.now() + idempotencyTtlMs;
    return { ...this.#hashes(tenant, idempotency), orderId: '', version: 0, answer: null, expiresAt };
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
    const result = outcome.replayed ? 'hit' : 'miss';
    if (idempotency !== undefined) this.#tools.observe({ kind: 'idempotency', result });
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
