import type { KeyRecord } from '../../../ports/store.ts';
import type { Sender, Statement } from '../connection/pool.ts';
import { KEY_COLUMNS, type KeyRow, keyRecordOf } from '../rows/key-rows.ts';

/** Writes a record unless a live one is there, which is waited for where another transaction has just written it. */
const KEEP: Statement = {
  name: 'keep-key',
  text: `INSERT INTO idempotency_keys AS i (${KEY_COLUMNS}) VALUES ($1::uuid, $2::uuid, $3, $4, $5, $6)
    ON CONFLICT (hash) DO UPDATE SET fingerprint = excluded.fingerprint, order_id = excluded.order_id, version = excluded.version,
      expires_at = excluded.expires_at, answer = excluded.answer
    WHERE i.expires_at <= $7 RETURNING 1 AS kept`,
};
const FIND: Statement = {
  name: 'find-key',
  text: `SELECT ${KEY_COLUMNS} FROM idempotency_keys WHERE hash = $1::uuid`,
};
const ANSWER: Statement = {
  name: 'answer-key',
  text: 'UPDATE idempotency_keys SET answer = $2 WHERE hash = $1::uuid',
};
const REMOVE: Statement = { name: 'remove-key', text: 'DELETE FROM idempotency_keys WHERE hash = $1::uuid' };

/** Deletes the first to expire and counts them. What a commit is about to take over is passed over. */
export const EXPIRE: Statement = {
  name: 'expire-keys',
  text: `WITH expired AS MATERIALIZED (
      SELECT hash FROM idempotency_keys WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
    ), deleted AS (
      DELETE FROM idempotency_keys i USING expired e WHERE i.hash = e.hash RETURNING 1
    )
    SELECT count(*) AS n FROM deleted`,
};

/** Keeps a record that its call will answer later in the transaction; gives the live one that is in the way, or null. */
export async function keepKey(sender: Sender, key: KeyRecord, now: number): Promise<KeyRecord | null> {
  const { hash, fingerprint, orderId, version, expiresAt } = key;
  const kept = await sender.query(KEEP, [hash, fingerprint, orderId, version, expiresAt, null, now]);
  if (kept.length > 0) return null;
  const [row] = await sender.query<KeyRow>(FIND, [hash]);
  if (row === undefined) throw new Error('an idempotency key is neither free nor taken');
  return keyRecordOf(row);
}

/** Says what was answered under a kept key; null if it was nothing that is to be remembered. */
export async function answerKey(sender: Sender, hash: string, answer: string | null): Promise<void> {
  await (answer === null ? sender.query(REMOVE, [hash]) : sender.query(ANSWER, [hash, answer]));
}

/** Deletes expired records and says how many. */
export async function expireKeys(sender: Sender, now: number, limit: number): Promise<number> {
  const [row] = await sender.query<{ n: number }>(EXPIRE, [now, limit]);
  return row?.n ?? 0;
}
