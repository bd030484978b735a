import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { KeyRecord } from '../../../ports/store.ts';
import type { WireUnit } from '../threads/wire.ts';

const FIND =
  'SELECT seq, hash, fingerprint, order_id, version, answer, expires_at FROM idempotency_keys WHERE hash = ?';
const ADD =
  'INSERT INTO idempotency_keys (hash, fingerprint, order_id, version, answer, expires_at) VALUES (?, ?, ?, ?, ?, ?)';
const REMOVE = 'DELETE FROM idempotency_keys WHERE seq = ?';
const ENDS =
  'SELECT (SELECT min(seq) FROM idempotency_keys) AS low, (SELECT max(seq) FROM idempotency_keys) AS high';
const WITHIN = 'seq > :from AND seq <= :until AND expires_at <= :now';
export const EXPIRED_KEYS = `SELECT seq FROM idempotency_keys WHERE ${WITHIN} ORDER BY seq LIMIT :limit`;
export const REMOVE_EXPIRED_KEYS = `DELETE FROM idempotency_keys WHERE ${WITHIN}`;

/** Rows looked at from the low end: there the next to expire are, give or take a batch. */
const NEAR = 1_024;
/** Rows looked at further up, a millisecond of the writer's: each sweep goes on where the one before it ended. */
const FAR = 8_192;

interface KeyRow {
  readonly seq: number;
  readonly hash: Uint8Array;
  readonly fingerprint: Uint8Array;
  readonly order_id: string;
  readonly version: number;
  readonly answer: string | null;
  readonly expires_at: number;
}

/** What idempotency keys remember. */
export class Keys {
  readonly #find: StatementSync;
  readonly #add: StatementSync;
  readonly #remove: StatementSync;
  readonly #ends: StatementSync;
  readonly #expired: StatementSync;
  readonly #removeExpired: StatementSync;
  /** How far the rows behind the low end were looked at. */
  #looked = 0;

  constructor(database: DatabaseSync) {
    this.#find = database.prepare(FIND);
    this.#add = database.prepare(ADD);
    this.#remove = database.prepare(REMOVE);
    this.#ends = database.prepare(ENDS);
    this.#expired = database.prepare(EXPIRED_KEYS);
    this.#removeExpired = database.prepare(REMOVE_EXPIRED_KEYS);
  }

  /** The live records of the unit's keys, written and probed. */
  taken(unit: WireUnit, now: number): readonly KeyRecord[] {
    const taken: KeyRecord[] = [];
    for (const key of unit.keys) this.#note(key.hash, now, taken);
    for (const hash of unit.keysProbed) this.#note(hash, now, taken);
    return taken;
  }

  /** The live record of one key. */
  holder(hash: string, now: number): KeyRecord | undefined {
    const row = this.#find.get(Buffer.from(hash, 'hex')) as KeyRow | undefined;
    return row !== undefined && row.expires_at > now ? recordOf(row) : undefined;
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
        record.answer,
        record.expiresAt,
      );
    }
  }

  /**
   * Sweeps at most `limit` records and says how many went. Never reads all of them: it looks from the low end, and then at a
   * part of what lies behind. Records that live longer than those after them, since the time to live was lowered or the
   * clock was ahead, would otherwise keep all of these.
   */
  expire(now: number, limit: number): number {
    const { low, high } = this.#ends.get() as { low: number | null; high: number | null };
    if (low === null || high === null || limit <= 0) return 0;
    const near = this.#sweep(low - 1, NEAR, now, limit);
    if (near.swept === limit) return limit;
    const start = this.#looked >= high ? 0 : this.#looked;
    const far = this.#sweep(Math.max(start, near.looked), FAR, now, limit - near.swept);
    this.#looked = far.looked;
    return near.swept + far.swept;
  }

  #sweep(from: number, rows: number, now: number, limit: number): { swept: number; looked: number } {
    const expired = this.#expired.all({ from, until: from + rows, now, limit });
    const last = expired.at(-1)?.['seq'] as number | undefined;
    if (last !== undefined) this.#removeExpired.run({ from, until: last, now });
    return { swept: expired.length, looked: expired.length < limit ? from + rows : (last ?? from) };
  }

  #note(hash: string, now: number, taken: KeyRecord[]): void {
    const holder = this.holder(hash, now);
    if (holder !== undefined) taken.push(holder);
  }
}

function recordOf(row: KeyRow): KeyRecord {
  return {
    hash: Buffer.from(row.hash).toString('hex'),
    fingerprint: Buffer.from(row.fingerprint).toString('hex'),
    orderId: row.order_id,
    version: row.version,
    answer: row.answer,
    expiresAt: row.expires_at,
  };
}
