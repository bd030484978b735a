import type { KeyRecord } from '../../../ports/store.ts';
import { hexOfUuid } from '../connection/order-uuid.ts';

export const KEY_COLUMNS = 'hash, fingerprint, order_id, version, expires_at, answer';

export interface KeyRow {
  readonly hash: string;
  readonly fingerprint: string;
  readonly order_id: string;
  readonly version: number;
  readonly expires_at: number;
  readonly answer: string | null;
}

export function keyRecordOf(row: KeyRow): KeyRecord {
  return {
    hash: hexOfUuid(row.hash),
    fingerprint: hexOfUuid(row.fingerprint),
    orderId: row.order_id,
    version: row.version,
    answer: row.answer,
    expiresAt: row.expires_at,
  };
}
