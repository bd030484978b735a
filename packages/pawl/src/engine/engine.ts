import type { Digest } from '../order/digest.ts';
import { orderIdTime } from '../order/order-id.ts';
import type { Observe } from '../ports/observe.ts';
import type { Ids, Random } from '../ports/random.ts';
import type { Store } from '../ports/store.ts';
import type { Definitions } from './definitions.ts';
import type { History } from './history.ts';
import type { Job, Replay } from './job.ts';
import { Lane } from './lane.ts';
import { replay } from './replay.ts';
import type { Outcome, Request } from './request.ts';

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
  readonly random: Random;
  readonly ids: Ids;
  readonly idempotencyTtlMs: number;
  readonly queueMax: number;
  readonly cacheBytesMax: number;
  readonly observe: Observe;
}

/** From a request to its outcome: admits it, gives it to the lane of its order, answers replays. */
export class Engine {
  readonly #tools: EngineTools;
  readonly #lanes: readonly Lane[];
  #pending = 0;
  #whenDrained: (() => void) | null = null;

  constructor(tools: EngineTools) {
    this.#tools = tools;
    const count = tools.store.capabilities.lanes;
    this.#lanes = Array.from({ length: count }, () =>
      this.#createLane(Math.floor(tools.cacheBytesMax / count)),
    );
  }

  submit(request: Request): Promise<Outcome> {
    const { queueMax } = this.#tools;
    if (this.#pending >= queueMax) return Promise.resolve(overloaded(this.#pending, queueMax));
    return this.#admit(request);
  }

  /** Room for all or for none. Commands for one order are decided in the order of the list. */
  submitAll(requests: readonly Request[]): Promise<readonly Outcome[]> {
    const { queueMax } = this.#tools;
    if (this.#pending + requests.length > queueMax) {
      return Promise.resolve(requests.map(() => overloaded(this.#pending, queueMax)));
    }
    return Promise.all(requests.map((request) => this.#admit(request)));
  }

  /** Resolves when every admitted command is answered. */
  drained(): Promise<void> {
    if (this.#pending === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const earlier = this.#whenDrained;
      this.#whenDrained = () => {
        earlier?.();
        resolve();
      };
    });
  }

  #admit(request: Request): Promise<Outcome> {
    this.#pending++;
    return new Promise<Outcome>((resolve, reject) => {
      const job = this.#job(
        request,
        (outcome) => {
          this.#release();
          if (request.idempotency !== undefined) this.#observeKey(outcome);
          resolve(outcome);
        },
        (fault) => {
          this.#release();
          reject(toError(fault));
        },
      );
      this.#laneOf(job.orderId).push(job);
    });
  }

  #job(request: Request, resolve: Job['resolve'], reject: Job['reject']): Job {
    const { store, ids } = this.#tools;
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
      resolve,
      reject,
    };
  }

  #keyOf({ tenant, idempotency }: Request): Job['key'] {
    if (idempotency === undefined) return null;
    const { digest } = this.#tools;
    return {
      hash: digest(`${tenant} ${idempotency.key}`).slice(0, KEY_HASH_CHARACTERS),
      fingerprint: digest(idempotency.call).slice(0, KEY_HASH_CHARACTERS),
    };
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
      replay: (found) => this.#replay(found),
      committed: (units, commands) => this.#tools.observe({ kind: 'batch', units, commands }),
    });
  }

  #replay({ job, record }: Replay): void {
    replay(job, record, this.#tools.history).then(job.resolve, job.reject);
  }

  #observeKey({ replayed }: Outcome): void {
    this.#tools.observe({ kind: 'idempotency', result: replayed ? 'hit' : 'miss' });
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

function overloaded(queued: number, limit: number): Outcome {
  return { ok: false, rejection: { code: 'overloaded', queued, limit }, replayed: false };
}

function toError(fault: unknown): Error {
  return fault instanceof Error ? fault : new Error(String(fault));
}
