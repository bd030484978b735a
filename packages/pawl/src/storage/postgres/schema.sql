TABLE actors (
  tenant integer NOT NULL
  number integer NOT NULL
  kind text NOT NULL
  name text
)
CREATE UNIQUE INDEX actors_by_name ON actors USING btree (tenant, kind, name)
CREATE UNIQUE INDEX actors_pkey ON actors USING btree (tenant, number)

FUNCTION commit_units(now bigint, u_tenant integer[], u_id uuid[], u_expected integer[], u_place integer[], u_version integer[], u_entered integer[], u_flags integer[], u_attention integer[], u_updated bigint[], u_hash bytea[], u_work text[], b_unit integer[], b_external text[], b_customer text[], b_workflow_version integer[], b_workflow_hash integer[], b_created bigint[], b_currency text[], b_amount text[], b_items text[], b_metadata text[], e_unit integer[], e_version integer[], e_type integer[], e_actor integer[], e_from integer[], e_to integer[], e_workflow_hash integer[], e_at bigint[], e_salt uuid[], e_payload_hash bytea[], e_hash bytea[], e_previous bytea[], e_event text[], e_task text[], e_payload text[], k_unit integer[], k_hash uuid[], k_fingerprint uuid[], k_order text[], k_version integer[], k_expires bigint[], k_answer text[], p_unit integer[], p_hash uuid[], t_unit integer[], t_version integer[], t_position integer[], t_suffix text[], t_token integer[], t_lease bigint[], t_change text[], t_rows json, m_unit integer[], m_version integer[], m_index integer[], m_due bigint[], m_there boolean[], m_added boolean[], g_tenant integer[], g_sku text[], s_unit integer[], s_sku integer[], s_kind text[], s_qty bigint[], s_effect text[]) RETURNS TABLE(refused_unit integer, reason text, balances json)

FUNCTION commit_units(now bigint, u_tenant integer[], u_id uuid[], u_expected integer[], u_place integer[], u_version integer[], u_entered integer[], u_flags integer[], u_attention integer[], u_updated bigint[], u_hash bytea[], u_work text[], b_unit integer[], b_external text[], b_customer text[], b_workflow_version integer[], b_workflow_hash integer[], b_created bigint[], b_currency text[], b_amount text[], b_items text[], b_metadata text[], e_unit integer[], e_version integer[], e_type integer[], e_actor integer[], e_from integer[], e_to integer[], e_workflow_hash integer[], e_at bigint[], e_salt uuid[], e_payload_hash bytea[], e_hash bytea[], e_previous bytea[], e_event text[], e_task text[], e_payload text[], k_unit integer[], k_hash uuid[], k_fingerprint uuid[], k_order text[], k_version integer[], k_expires bigint[], k_answer text[], p_unit integer[], p_hash uuid[], t_unit integer[], t_version integer[], t_position integer[], t_suffix text[], t_token integer[], t_change text[], t_rows json, m_unit integer[], m_version integer[], m_index integer[], m_due bigint[], m_there boolean[], m_added boolean[], g_tenant integer[], g_sku text[], s_unit integer[], s_sku integer[], s_kind text[], s_qty bigint[], s_effect text[]) RETURNS TABLE(refused_unit integer, reason text, balances json)

TABLE commits WITH (fillfactor=90) (
  id bigint NOT NULL IDENTITY
  first_position bigint
  size integer NOT NULL
  committed_at bigint NOT NULL
  tenants integer[] NOT NULL
  order_ids uuid[] NOT NULL
  versions integer[] NOT NULL
)
CREATE UNIQUE INDEX commits_by_position ON commits USING btree (first_position) WHERE (first_position IS NOT NULL)
CREATE UNIQUE INDEX commits_pkey ON commits USING btree (id)
CREATE INDEX commits_without_position ON commits USING btree (id) WHERE (first_position IS NULL)

TABLE definitions (
  number bigint NOT NULL IDENTITY
  tenant integer NOT NULL
  name text NOT NULL
  version integer NOT NULL
  hash bytea NOT NULL
  content text NOT NULL
  deployed_at bigint NOT NULL
)
CREATE UNIQUE INDEX definitions_number_key ON definitions USING btree (number)
CREATE UNIQUE INDEX definitions_pkey ON definitions USING btree (tenant, name, version)

TABLE detached_parts (
  month text NOT NULL
  run integer NOT NULL
  table_name text NOT NULL
  detached_at bigint NOT NULL
  orders bigint NOT NULL
  events bigint NOT NULL
  last_position bigint NOT NULL
  file text NOT NULL
  sha256 text
)
CREATE UNIQUE INDEX detached_parts_pkey ON detached_parts USING btree (month, run)

TABLE events PARTITION BY RANGE (order_id) (
  tenant integer NOT NULL
  order_id uuid NOT NULL
  version integer NOT NULL
  type smallint NOT NULL
  actor integer NOT NULL
  place_from integer
  place_to integer NOT NULL
  workflow_hash integer NOT NULL
  at bigint NOT NULL
  salt uuid
  payload_hash bytea NOT NULL
  hash bytea NOT NULL
  previous_hash bytea
  event text
  task text
  payload text
)
CREATE UNIQUE INDEX events_pkey ON ONLY events USING btree (tenant, order_id, version)

TABLE feed_head (
  next_position bigint NOT NULL
)

FUNCTION give_positions(most integer) RETURNS integer

TABLE idempotency_keys (
  hash uuid NOT NULL
  fingerprint uuid NOT NULL
  order_id text NOT NULL
  version integer NOT NULL
  expires_at bigint NOT NULL
  answer text
)
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys USING btree (expires_at)
CREATE UNIQUE INDEX idempotency_keys_pkey ON idempotency_keys USING btree (hash)

TABLE meta (
  name text NOT NULL
  value text NOT NULL
)
CREATE UNIQUE INDEX meta_pkey ON meta USING btree (name)

TABLE order_bodies (
  tenant integer NOT NULL
  id uuid NOT NULL
  external_id text
  customer_id text
  workflow_version integer NOT NULL
  workflow_hash integer NOT NULL
  created_at bigint NOT NULL
  currency text NOT NULL
  amount_total text NOT NULL
  items text NOT NULL
  metadata text NOT NULL
)
CREATE INDEX order_bodies_by_customer ON order_bodies USING btree (tenant, customer_id, id) WHERE (customer_id IS NOT NULL)
CREATE UNIQUE INDEX order_bodies_by_external_id ON order_bodies USING btree (tenant, external_id) WHERE (external_id IS NOT NULL)
CREATE UNIQUE INDEX order_bodies_pkey ON order_bodies USING btree (tenant, id)

TABLE orders WITH (fillfactor=70) (
  tenant integer NOT NULL
  id uuid NOT NULL
  place integer NOT NULL
  version integer NOT NULL
  entered_version integer NOT NULL
  flags integer NOT NULL
  attention integer
  updated_at bigint NOT NULL
  last_hash bytea NOT NULL
  work text
)
CREATE INDEX orders_by_place ON orders USING btree (tenant, place, id)
CREATE INDEX orders_for_operators ON orders USING btree (tenant, id) WHERE (attention IS NOT NULL)
CREATE UNIQUE INDEX orders_pkey ON orders USING btree (tenant, id)

TABLE places (
  number integer NOT NULL IDENTITY
  workflow text NOT NULL
  status text NOT NULL
)
CREATE UNIQUE INDEX places_pkey ON places USING btree (number)
CREATE UNIQUE INDEX places_workflow_status_key ON places USING btree (workflow, status)

TABLE stock WITH (fillfactor=50, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=2000, autovacuum_vacuum_cost_delay=0) (
  tenant integer NOT NULL
  sku text COLLATE C NOT NULL
  on_hand bigint NOT NULL
  reserved bigint NOT NULL
  version bigint NOT NULL
)
CREATE UNIQUE INDEX stock_pkey ON stock USING btree (tenant, sku)

TABLE stock_movements (
  position bigint NOT NULL IDENTITY
  tenant integer NOT NULL
  sku text COLLATE C NOT NULL
  kind text NOT NULL
  on_hand bigint NOT NULL
  reserved bigint NOT NULL
  effect_key text COLLATE C NOT NULL
  order_id uuid
  at bigint NOT NULL
  actor integer NOT NULL
  reason text
)
CREATE UNIQUE INDEX stock_movements_by_effect ON stock_movements USING btree (effect_key, sku, kind)
CREATE INDEX stock_movements_by_sku ON stock_movements USING btree (tenant, sku, "position")
CREATE UNIQUE INDEX stock_movements_pkey ON stock_movements USING btree ("position")

TABLE tasks WITH (fillfactor=70, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=2000, autovacuum_vacuum_insert_threshold=-1, autovacuum_vacuum_cost_delay=0) (
  tenant integer NOT NULL
  order_id uuid NOT NULL
  version integer NOT NULL
  position integer NOT NULL
  suffix text COLLATE C NOT NULL
  kind text NOT NULL
  name text NOT NULL
  run_version integer NOT NULL
  place text NOT NULL
  input text
  orphan boolean NOT NULL
  dead boolean NOT NULL
  created_at bigint NOT NULL
  deadline bigint
  due_at bigint NOT NULL
  attempts integer NOT NULL
  token integer NOT NULL
  lease_until bigint
  parked boolean NOT NULL
  claimed_by text
  uncertain boolean NOT NULL
  failures text
  claimable_at bigint GENERATED AS  CASE WHEN ((NOT dead) AND (NOT orphan) AND ((deadline IS NULL) OR (COALESCE(lease_until, due_at) < deadline))) THEN COALESCE(lease_until, due_at) ELSE NULL::bigint END
  lapses_at bigint GENERATED AS  CASE WHEN dead THEN NULL::bigint WHEN orphan THEN COALESCE(lease_until, (0)::bigint) WHEN (deadline IS NOT NULL) THEN GREATEST(deadline, COALESCE(lease_until, (0)::bigint)) ELSE NULL::bigint END
)
CREATE INDEX tasks_dead ON tasks USING btree (tenant, order_id, version, "position", suffix) WHERE dead
CREATE INDEX tasks_lapsing ON tasks USING btree (lapses_at) WHERE (lapses_at IS NOT NULL)
CREATE UNIQUE INDEX tasks_pkey ON tasks USING btree (tenant, order_id, version, "position", suffix)
CREATE INDEX tasks_ready ON tasks USING btree (name, claimable_at) WHERE (claimable_at IS NOT NULL)

TABLE tenants (
  number integer NOT NULL IDENTITY
  name text NOT NULL
)
CREATE UNIQUE INDEX tenants_name_key ON tenants USING btree (name)
CREATE UNIQUE INDEX tenants_pkey ON tenants USING btree (number)

TABLE timers WITH (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=2000, autovacuum_vacuum_insert_threshold=-1, autovacuum_vacuum_cost_delay=0) (
  tenant integer NOT NULL
  order_id uuid NOT NULL
  entered_version integer NOT NULL
  index integer NOT NULL
  due_at bigint NOT NULL
)
CREATE INDEX timers_by_due ON timers USING btree (due_at)
CREATE UNIQUE INDEX timers_pkey ON timers USING btree (tenant, order_id, entered_version, index)

TABLE workflow_hashes (
  number integer NOT NULL IDENTITY
  hash bytea NOT NULL
)
CREATE UNIQUE INDEX workflow_hashes_hash_key ON workflow_hashes USING btree (hash)
CREATE UNIQUE INDEX workflow_hashes_pkey ON workflow_hashes USING btree (number)
