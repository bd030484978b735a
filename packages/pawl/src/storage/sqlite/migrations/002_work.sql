-- A program that does not know of open work would leave it lying, and orders with it.
UPDATE meta SET value = '2' WHERE name = 'oldest_code';

-- work: completed steps and runs as JSON, null where there are none.
-- flags: 1 settled, 2 blocked, 4 awaits review, 8 has rows in tasks, 16 has rows in timers.
ALTER TABLE orders ADD COLUMN work TEXT;
CREATE INDEX orders_for_operators ON orders (tenant, id) WHERE flags & 6;

-- Open work only: a row goes when its task has ended. version, position and suffix ('', '~queue', ':undo' or '~queue:undo')
-- make the task's id. claimable_at: from when on it can be given out; null if it never can as it stands. lapses_at: from when on
-- nobody holds it and no attempt may begin, so that somebody must find out its end; null if that does not come.
CREATE TABLE tasks (
  tenant INTEGER NOT NULL,
  order_id BLOB NOT NULL,
  version INTEGER NOT NULL,
  position INTEGER NOT NULL,
  suffix TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  run_version INTEGER NOT NULL,
  place TEXT NOT NULL,
  input TEXT,
  orphan INTEGER NOT NULL,
  dead INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  deadline INTEGER,
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  token INTEGER NOT NULL,
  lease_until INTEGER,
  parked INTEGER NOT NULL,
  claimed_by TEXT,
  uncertain INTEGER NOT NULL,
  failures TEXT,
  claimable_at INTEGER AS (CASE
    WHEN dead = 0 AND orphan = 0 AND (deadline IS NULL OR coalesce(lease_until, due_at) < deadline)
    THEN coalesce(lease_until, due_at) END),
  lapses_at INTEGER AS (CASE
    WHEN dead = 1 THEN NULL
    WHEN orphan = 1 THEN coalesce(lease_until, 0)
    ELSE max(deadline, coalesce(lease_until, 0)) END),
  PRIMARY KEY (tenant, order_id, version, position, suffix)
) STRICT, WITHOUT ROWID;
CREATE INDEX tasks_ready ON tasks (name, claimable_at) WHERE claimable_at IS NOT NULL;
CREATE INDEX tasks_lapsing ON tasks (lapses_at) WHERE lapses_at IS NOT NULL;
CREATE INDEX tasks_dead ON tasks (tenant, order_id) WHERE dead = 1;

-- Timers of the state that their order is in. A table of their own, so that far ones lie in nobody's way.
CREATE TABLE timers (
  tenant INTEGER NOT NULL,
  order_id BLOB NOT NULL,
  entered_version INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, order_id, entered_version, idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX timers_by_due ON timers (due_at);

-- Balances: sums of the movements of their SKU, version their number.
CREATE TABLE stock (
  tenant INTEGER NOT NULL,
  sku TEXT NOT NULL,
  on_hand INTEGER NOT NULL,
  reserved INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (tenant, sku)
) STRICT, WITHOUT ROWID;

-- The ledger, appended only. An effect moves a SKU once: whoever tries it again is stopped by the index.
CREATE TABLE stock_movements (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant INTEGER NOT NULL,
  sku TEXT NOT NULL,
  kind TEXT NOT NULL,
  on_hand INTEGER NOT NULL,
  reserved INTEGER NOT NULL,
  effect_key TEXT NOT NULL,
  order_id BLOB,
  at INTEGER NOT NULL,
  actor INTEGER NOT NULL,
  reason TEXT
) STRICT;
CREATE UNIQUE INDEX stock_movements_by_effect ON stock_movements (effect_key, sku, kind);
CREATE INDEX stock_movements_by_sku ON stock_movements (tenant, sku);

-- Answers other than the order itself, not refusals alone.
ALTER TABLE idempotency_keys RENAME COLUMN refusal TO answer;
