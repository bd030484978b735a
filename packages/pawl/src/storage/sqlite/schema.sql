CREATE TABLE actors (
  tenant INTEGER NOT NULL,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  name TEXT,
  PRIMARY KEY (tenant, number)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX actors_by_name ON actors (tenant, kind, name);

CREATE TABLE definitions (
  tenant INTEGER NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  hash BLOB NOT NULL,
  content TEXT NOT NULL,
  deployed_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, name, version)
) STRICT;

CREATE TABLE events (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant INTEGER NOT NULL,
  order_id BLOB NOT NULL,
  version INTEGER NOT NULL,
  type TEXT NOT NULL,
  event TEXT,
  task TEXT,
  place_from INTEGER,
  place_to INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor INTEGER NOT NULL,
  workflow_hash INTEGER NOT NULL,
  previous_position INTEGER,
  previous_hash BLOB,
  payload_hash BLOB NOT NULL,
  hash BLOB NOT NULL,
  payload TEXT,
  salt BLOB
) STRICT;

CREATE TABLE idempotency_keys (
  seq INTEGER PRIMARY KEY,
  hash BLOB NOT NULL,
  fingerprint BLOB NOT NULL,
  order_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  answer TEXT
) STRICT;

CREATE UNIQUE INDEX idempotency_keys_by_hash ON idempotency_keys (hash);

CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE order_bodies (
  number INTEGER PRIMARY KEY,
  tenant INTEGER NOT NULL,
  id BLOB NOT NULL,
  external_id TEXT,
  customer_id TEXT,
  workflow_version INTEGER NOT NULL,
  workflow_hash INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  currency TEXT NOT NULL,
  amount_total TEXT NOT NULL,
  items TEXT NOT NULL,
  metadata TEXT NOT NULL
) STRICT;

CREATE INDEX order_bodies_by_customer ON order_bodies (tenant, customer_id, id) WHERE customer_id IS NOT NULL;

CREATE UNIQUE INDEX order_bodies_by_external_id ON order_bodies (tenant, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE orders (
  tenant INTEGER NOT NULL,
  id BLOB NOT NULL,
  place INTEGER NOT NULL,
  version INTEGER NOT NULL,
  entered_version INTEGER NOT NULL,
  last_position INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  flags INTEGER NOT NULL,
  body INTEGER NOT NULL,
  last_hash BLOB NOT NULL, work TEXT,
  PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE orders_by_place (
  tenant INTEGER NOT NULL,
  place INTEGER NOT NULL,
  id BLOB NOT NULL,
  PRIMARY KEY (tenant, place, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX orders_for_operators ON orders (tenant, id) WHERE flags & 6;

CREATE TABLE places (
  place INTEGER PRIMARY KEY,
  workflow TEXT NOT NULL,
  status TEXT NOT NULL,
  UNIQUE (workflow, status)
) STRICT;

CREATE TABLE projections (
  name TEXT PRIMARY KEY,
  position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE stock (
  tenant INTEGER NOT NULL,
  sku TEXT NOT NULL,
  on_hand INTEGER NOT NULL,
  reserved INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (tenant, sku)
) STRICT, WITHOUT ROWID;

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

CREATE INDEX tasks_dead ON tasks (tenant, order_id) WHERE dead = 1;

CREATE INDEX tasks_lapsing ON tasks (lapses_at) WHERE lapses_at IS NOT NULL;

CREATE INDEX tasks_ready ON tasks (name, claimable_at) WHERE claimable_at IS NOT NULL;

CREATE TABLE tenants (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE timers (
  tenant INTEGER NOT NULL,
  order_id BLOB NOT NULL,
  entered_version INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, order_id, entered_version, idx)
) STRICT, WITHOUT ROWID;

CREATE INDEX timers_by_due ON timers (due_at);

CREATE TABLE workflow_hashes (
  number INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE
) STRICT;
