import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { KeyRecord } from '../../../ports/store.ts';
import type { WireUnit } from '../threads/wire.ts';

const FIND =
  'SELECT seq, hash, fingerprint, order_id, version, refusal, expires_at FROM idempotency_keys WHERE hash = ?';
const ADD =
  'INSERT INTO idempotency_keys (hash, fingerprint, order_id, version, refusal, expires_at) VALUES (?, ?, ?, ?, ?, ?)';
const REMOVE = 'DELETE FROM idempotency_keys WHERE seq = ?';
/** The oldest rows, in the order of their expiry give or take a batch. */
export const OLDEST_KEYS = 'SELECT seq, expires_at FROM idempotency_keys ORDER BY seq LIMIT ?';
export const REMOVE_KEYS_UP_TO = 'DELETE FROM idempotency_keys WHERE seq <= ?';

interface KeyRow {
  readonly seq: number;
  readonly hash: Uint8Array;
  readonly fingerprint: Uint8Array;
  readonly order_id: string;
  readonly version: number;
  readonly refusal: string | null;
  readonly expires_at: number;
}

/** What idempotency keys remember. */
export class Keys {
  readonly #find: StatementSync;
  readonly #add: StatementSync;
  readonly #remove: StatementSync;
  readonly #oldest: StatementSync;
  readonly #removeUpTo: StatementSync;

  constructor(database: DatabaseSync) {
    this.#find = database.prepare(FIND);
    this.#add = database.prepare(ADD);
    this.#remove = database.prepare(REMOVE);
    this.#oldest = database.prepare(OLDEST_KEYS);
    this.#removeUpTo = database.prepare(REMOVE_KEYS_UP_TO);
  }

  /** The live records of the unit's keys, written and probed. */
  taken(unit: WireUnit, now: number): readonly KeyRecord[] {
    const taken: KeyRecord[] = [];
    for (const key of unit.keys) this.#takenBy(key.hash, now, taken);
    for (const hash of unit.keysProbed) this.#takenBy(hash, now, taken);
    return taken;
  }

  /** Writes records whose keys were found free; one that has expired gives way. */
  write(records: readonly KeyRecord[]): void {
    for (const record of records) {
      const hash = Buffer.from(record.hash, 'hex');
      const expired = this.#find.get(hash) as KeyRow | undefined;
      if (expired !== undefined) this.#remove.run(expired.seq);
      this.#add.run(
        hash,
        Buffer.from(record.fingerprint, 'hex'),
        record.orderId,
        record.version,
        record.refusal,
        record.expiresAt,
      );
    }
  }

  /** Sweeps from the low end, at most `limit` records; one that has not expired stops the sweep. Says how many went. */
  expire(now: number, limit: number): number {
    const oldest = this.#oldest.all(limit) as unknown as readonly Pick<KeyRow, 'seq' | 'expires_at'>[];
    const live = oldest.findIndex((row) => row.expires_at > now);
    const expired = live === -1 ? oldest : oldest.slice(0, live);
    const last = expired.at(-1);
    if (last !== undefined) this.#removeUpTo.run(last.seq);
    return expired.length;
  }

  #takenBy(hash: string, now: number, taken: KeyRecord[]): void {
    const row = this.#find.get(Buffer.from(hash, 'hex')) as KeyRow | undefined;
    if (row !== undefined && row.expires_at > now) taken.push(recordOf(row));
  }
}

function recordOf(row: KeyRow): KeyRecord {
  return {
    hash: Buffer.from(row.hash).toString('hex'),
    fingerprint: Buffer.from(row.fingerprint).toString('hex'),
    orderId: row.order_id,
    version: row.version,
    refusal: row.refusal,
    expiresAt: row.expires_at,
  };
}
