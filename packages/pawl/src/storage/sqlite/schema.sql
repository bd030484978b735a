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
  refusal TEXT
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
  last_hash BLOB NOT NULL,
  PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE orders_by_place (
  tenant INTEGER NOT NULL,
  place INTEGER NOT NULL,
  id BLOB NOT NULL,
  PRIMARY KEY (tenant, place, id)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE tenants (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE workflow_hashes (
  number INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE
) STRICT;
