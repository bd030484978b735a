import type { Digest } from '../order/digest.ts';
import type { Rejection } from '../order/rejection.ts';
import type { Observe } from '../ports/observe.ts';
import type { KeyRecord, Store } from '../ports/store.ts';
import type { Idempotency } from './request.ts';

/** How much of a SHA-256 an idempotency record keeps: 128 bits, so that the index over them stays dense. */
const KEY_HASH_CHARACTERS = 32;

/** What a call that is not about one order has answered, now or the first time. */
export type Once<T> =
  | { readonly ok: true; readonly value: T; readonly replayed: boolean }
  | { readonly ok: false; readonly rejection: Rejection };

export interface KeptAnswersTools {
  readonly store: Store;
  readonly digest: Digest;
  readonly idempotencyTtlMs: number;
  readonly observe: Observe;
}

/** Idempotency keys, and what was answered under them to calls that are not about one order. */
export class KeptAnswers {
  readonly #tools: KeptAnswersTools;
  /** Calls under way, by the hash of their key. */
  readonly #once = new Map<string, Promise<void>>();

  constructor(tools: KeptAnswersTools) {
    this.#tools = tools;
  }

  /** What a record keeps of a key and of the call that it belongs to. */
  hashes(tenant: number, idempotency: Idempotency): Pick<KeyRecord, 'hash' | 'fingerprint'> {
    const { digest } = this.#tools;
    // Text that is not well-formed has no bytes of its own: two such keys could be taken for one.
    if (!idempotency.key.isWellFormed()) throw new TypeError('an idempotency key is well-formed text');
    return {
      hash: digest(`${tenant} ${idempotency.key}`).slice(0, KEY_HASH_CHARACTERS),
      fingerprint: digest(idempotency.call).slice(0, KEY_HASH_CHARACTERS),
    };
  }

  /** The record of a call that is not about one order: its answer is for the store to fill in. */
  record(tenant: number, idempotency: Idempotency): KeyRecord {
    const { store, idempotencyTtlMs } = this.#tools;
    const expiresAt = store.now() + idempotencyTtlMs;
    return { ...this.hashes(tenant, idempotency), orderId: '', version: 0, answer: null, expiresAt };
  }

  /** Tells whether a call was answered from the record of an earlier one. Each call that is answered says so once. */
  observed(idempotency: Idempotency | undefined, isReplayed: boolean): void {
    if (idempotency === undefined || idempotency.isPart === true) return;
    this.#tools.observe({ kind: 'idempotency', result: isReplayed ? 'hit' : 'miss' });
  }

  /** Keeps what was answered to a call that is not about one order. An earlier answer under the key stands. */
  async keep(tenant: number, record: KeyRecord): Promise<void> {
    await this.#write(tenant, [record], []);
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
    const record = this.record(tenant, idempotency);
    const refusable = () =>
      call().catch((refusal: unknown) => {
        this.observed(idempotency, false);
        throw refusal;
      });
    // Equal calls at the same time: each waits for the one before it, and then finds its answer.
    const before = this.#once.get(record.hash) ?? Promise.resolve();
    const own = before.then(() => this.#callOnce(tenant, record, refusable));
    const settled = own.then(
      () => undefined,
      () => undefined,
    );
    this.#once.set(record.hash, settled);
    try {
      const answer = await own;
      this.observed(idempotency, answer.ok && answer.replayed);
      return answer;
    } finally {
      if (this.#once.get(record.hash) === settled) this.#once.delete(record.hash);
    }
  }

  async #callOnce<T>(tenant: number, record: KeyRecord, call: () => Promise<T>): Promise<Once<T>> {
    const earlier = await this.#write(tenant, [], [record.hash]);
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
    const taken = await this.#write(tenant, [{ ...record, answer: JSON.stringify(value) }], []);
    return taken ?? { value };
  }

  /** Writes records, or looks whether hashes are free: gives the record that is in the way. */
  async #write(
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
}
