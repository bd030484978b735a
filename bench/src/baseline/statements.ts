/** A row as the driver reads it: `numeric` stays text. */
export interface OrderRow {
  readonly id: string;
  readonly workflow: string;
  readonly status: string;
  readonly version: number;
  readonly customer_id: string | null;
  readonly currency: string;
  readonly items: readonly { readonly sku: string; readonly qty: number; readonly price: string }[];
  readonly amount_total: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export const BEGIN = { name: 'begin', text: 'BEGIN' };
export const COMMIT = { name: 'commit', text: 'COMMIT' };
export const ROLLBACK = { name: 'rollback', text: 'ROLLBACK' };

export const LOCK_ORDER = {
  name: 'lock-order',
  text: `SELECT id, workflow, status, version, customer_id, currency, items, amount_total, metadata, created_at, updated_at
    FROM by_hand_orders WHERE id = $1 FOR UPDATE`,
};

export const UPDATE_ORDER = {
  name: 'update-order',
  text: 'UPDATE by_hand_orders SET status = $2, version = $3, updated_at = $4 WHERE id = $1',
};

export const ADD_EVENT = {
  name: 'add-event',
  text: `INSERT INTO by_hand_events (order_id, version, event, status_from, status_to, actor, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)`,
};

export const ADD_ANSWER = {
  name: 'add-answer',
  text: 'INSERT INTO by_hand_answers (key, body, created_at) VALUES ($1, $2, $3)',
};

export const FIND_ANSWER = { name: 'find-answer', text: 'SELECT body FROM by_hand_answers WHERE key = $1' };
