-- The end of a task is decided on its row, and updates of the task move its lease and keep its token: a commit judges both.

-- Writes units, all that can be in one transaction, and gives those that cannot with the reason. Locks are taken in one order by
-- everybody: keys, orders, stock, tasks, each sorted by its key; the caller hands in sorted arrays. Every statement below sees what
-- was committed before it began, so that what was locked is also what is read and written.
--
-- Arrays of one letter are parallel. u: units, whose number is their index; expected is the version that the row must have, 0 for
-- a new order, -1 where nothing is written to the order. b: bodies. e: events. k: keys to write. p: keys that must be free. t: tasks
-- that must have the token, or not exist where it is null, and the lease (0: none, -1: whichever it is); change is 'remove', 'orphan' or 'write', and then t_rows has the row. m:
-- timers, whether they must be there before and are to be there after. g: the SKUs that s is about; s: what units do with stock, in the order of the units as they came.
CREATE FUNCTION commit_units(
  now bigint,
  u_tenant integer[], u_id uuid[], u_expected integer[], u_place integer[], u_version integer[], u_entered integer[],
  u_flags integer[], u_attention integer[], u_updated bigint[], u_hash bytea[], u_work text[],
  b_unit integer[], b_external text[], b_customer text[], b_workflow_version integer[], b_workflow_hash integer[],
  b_created bigint[], b_currency text[], b_amount text[], b_items text[], b_metadata text[],
  e_unit integer[], e_version integer[], e_type integer[], e_actor integer[], e_from integer[], e_to integer[],
  e_workflow_hash integer[], e_at bigint[], e_salt uuid[], e_payload_hash bytea[], e_hash bytea[], e_previous bytea[],
  e_event text[], e_task text[], e_payload text[],
  k_unit integer[], k_hash uuid[], k_fingerprint uuid[], k_order text[], k_version integer[], k_expires bigint[], k_answer text[],
  p_unit integer[], p_hash uuid[],
  t_unit integer[], t_version integer[], t_position integer[], t_suffix text[], t_token integer[], t_lease bigint[],
  t_change text[], t_rows json,
  m_unit integer[], m_version integer[], m_index integer[], m_due bigint[], m_there boolean[], m_added boolean[],
  g_tenant integer[], g_sku text[],
  s_unit integer[], s_sku integer[], s_kind text[], s_qty bigint[], s_effect text[]
) RETURNS TABLE (refused_unit integer, reason text, balances json) LANGUAGE plpgsql AS $$
DECLARE
  -- Units that are not written, by the reason.
  v_taken integer[] := '{}';
  v_moved integer[] := '{}';
  v_named integer[] := '{}';
  v_again integer[] := '{}';
  v_short integer[] := '{}';
  v_refused integer[] := '{}';
  v_kept uuid[];
  v_wanted integer;
  v_written integer;
  -- By SKU: what there is as the units before have left it, and as the present one would leave it.
  v_on_hand bigint[];
  v_reserved bigint[];
  v_moves bigint[];
  v_unit_on_hand bigint[];
  v_unit_reserved bigint[];
  v_unit_moves bigint[];
  v_versions bigint[];
  -- What each of v_short was judged on.
  v_found json[] := '{}';
  v_sku integer;
  v_holds boolean;
BEGIN
  IF cardinality(k_hash) > 0 THEN
    WITH kept AS (
      INSERT INTO idempotency_keys AS i (hash, fingerprint, order_id, version, expires_at, answer)
      SELECT * FROM unnest(k_hash, k_fingerprint, k_order, k_version, k_expires, k_answer)
      ON CONFLICT (hash) DO UPDATE SET fingerprint = excluded.fingerprint, order_id = excluded.order_id,
        version = excluded.version, expires_at = excluded.expires_at, answer = excluded.answer
      WHERE i.expires_at <= now
      RETURNING i.hash
    )
    SELECT array_agg(kept.hash) INTO v_kept FROM kept;
    IF cardinality(v_kept) IS DISTINCT FROM cardinality(k_hash) THEN
      SELECT array_agg(k.unit) INTO v_taken FROM unnest(k_unit, k_hash) AS k (unit, hash)
      WHERE NOT EXISTS (SELECT FROM unnest(v_kept) AS kept (hash) WHERE kept.hash = k.hash);
    END IF;
  END IF;
  IF cardinality(p_hash) > 0 THEN
    SELECT v_taken || coalesce(array_agg(p.unit), '{}') INTO v_taken FROM unnest(p_unit, p_hash) AS p (unit, hash)
    JOIN idempotency_keys i ON i.hash = p.hash WHERE i.expires_at > now;
  END IF;

  SELECT coalesce(array_agg(u.unit::integer), '{}') INTO v_moved
  FROM unnest(u_tenant, u_id, u_expected) WITH ORDINALITY AS u (tenant, id, expected, unit)
  LEFT JOIN LATERAL (
    SELECT o.version FROM orders o WHERE o.tenant = u.tenant AND o.id = u.id AND u.expected >= 0 FOR NO KEY UPDATE
  ) o ON true
  WHERE u.expected >= 0 AND coalesce(o.version, 0) <> u.expected;

  IF cardinality(g_sku) > 0 THEN
    SELECT array_agg(coalesce(s.on_hand, 0) ORDER BY g.number), array_agg(coalesce(s.reserved, 0) ORDER BY g.number),
      array_agg(s.version ORDER BY g.number)
    INTO v_on_hand, v_reserved, v_versions
    FROM unnest(g_tenant, g_sku) WITH ORDINALITY AS g (tenant, sku, number)
    LEFT JOIN LATERAL (
      SELECT s.on_hand, s.reserved, s.version FROM stock s WHERE s.tenant = g.tenant AND s.sku = g.sku FOR NO KEY UPDATE
    ) s ON true;
    v_moves := array_fill(0::bigint, ARRAY[cardinality(g_sku)]);
  END IF;

  IF cardinality(t_unit) > 0 THEN
    SELECT v_moved || coalesce(array_agg(t.unit), '{}') INTO v_moved
    FROM unnest(t_unit, t_version, t_position, t_suffix, t_token, t_lease) AS t (unit, version, position, suffix, token, lease)
    LEFT JOIN LATERAL (
      SELECT r.token, r.lease_until FROM tasks r
      WHERE r.tenant = u_tenant[t.unit] AND r.order_id = u_id[t.unit]
        AND r.version = t.version AND r.position = t.position AND r.suffix = t.suffix
      FOR UPDATE
    ) r ON true
    WHERE r.token IS DISTINCT FROM t.token OR (t.lease >= 0 AND coalesce(r.lease_until, 0) <> t.lease);
  END IF;
  IF cardinality(m_unit) > 0 THEN
    SELECT v_moved || coalesce(array_agg(m.unit), '{}') INTO v_moved
    FROM unnest(m_unit, m_version, m_index, m_there) AS m (unit, version, index, there)
    WHERE m.there <> EXISTS (
      SELECT FROM timers r WHERE r.tenant = u_tenant[m.unit] AND r.order_id = u_id[m.unit]
        AND r.entered_version = m.version AND r.index = m.index
    );
  END IF;

  IF cardinality(b_unit) > 0 THEN
    SELECT coalesce(array_agg(b.unit), '{}') INTO v_named FROM unnest(b_unit, b_external) AS b (unit, external)
    WHERE b.external IS NOT NULL AND EXISTS (
      SELECT FROM order_bodies r
      WHERE r.tenant = u_tenant[b.unit] AND r.external_id = b.external AND r.id <> u_id[b.unit]
    );
  END IF;
  v_refused := v_taken || v_moved || v_named;

  IF cardinality(s_unit) > 0 THEN
    SELECT coalesce(array_agg(s.unit), '{}') INTO v_again
    FROM unnest(s_unit, s_sku, s_kind, s_effect) AS s (unit, sku, kind, effect)
    WHERE s.effect IS NOT NULL AND NOT s.unit = ANY (v_refused) AND EXISTS (
      SELECT FROM stock_movements r WHERE r.effect_key = s.effect AND r.sku = g_sku[s.sku] AND r.kind = s.kind
    );
    v_refused := v_refused || v_again;
    FOR v_entry IN 1 .. cardinality(s_unit) LOOP
      CONTINUE WHEN s_unit[v_entry] = ANY (v_refused);
      IF v_entry = 1 OR s_unit[v_entry] <> s_unit[v_entry - 1] THEN
        v_unit_on_hand := v_on_hand;
        v_unit_reserved := v_reserved;
        v_unit_moves := v_moves;
      END IF;
      v_sku := s_sku[v_entry];
      v_holds := CASE s_kind[v_entry]
        WHEN 'short' THEN v_unit_on_hand[v_sku] - v_unit_reserved[v_sku] < s_qty[v_entry]
        WHEN 'enough' THEN v_unit_on_hand[v_sku] - v_unit_reserved[v_sku] >= s_qty[v_entry]
        WHEN 'reserve' THEN v_unit_on_hand[v_sku] - v_unit_reserved[v_sku] >= s_qty[v_entry]
        ELSE v_unit_reserved[v_sku] >= s_qty[v_entry]
      END;
      IF NOT v_holds THEN
        v_short := v_short || s_unit[v_entry];
        v_refused := v_refused || s_unit[v_entry];
        v_found := v_found || (
          SELECT coalesce(json_agg(json_build_object('sku', g_sku[n.sku], 'onHand', v_on_hand[n.sku], 'reserved', v_reserved[n.sku],
            'version', v_versions[n.sku] + v_moves[n.sku]) ORDER BY n.place), '[]')
          FROM (SELECT s.sku, min(s.place) AS place FROM unnest(s_unit, s_sku) WITH ORDINALITY AS s (unit, sku, place)
            WHERE s.unit = s_unit[v_entry] GROUP BY s.sku) n
          WHERE v_versions[n.sku] IS NOT NULL
        );
        CONTINUE;
      END IF;
      IF s_effect[v_entry] IS NOT NULL THEN
        v_unit_moves[v_sku] := v_unit_moves[v_sku] + 1;
        IF s_kind[v_entry] = 'reserve' THEN
          v_unit_reserved[v_sku] := v_unit_reserved[v_sku] + s_qty[v_entry];
        ELSE
          v_unit_reserved[v_sku] := v_unit_reserved[v_sku] - s_qty[v_entry];
        END IF;
        IF s_kind[v_entry] = 'ship' THEN
          v_unit_on_hand[v_sku] := v_unit_on_hand[v_sku] - s_qty[v_entry];
        END IF;
      END IF;
      IF v_entry = cardinality(s_unit) OR s_unit[v_entry] <> s_unit[v_entry + 1] THEN
        v_on_hand := v_unit_on_hand;
        v_reserved := v_unit_reserved;
        v_moves := v_unit_moves;
      END IF;
    END LOOP;
    UPDATE stock r SET on_hand = g.on_hand, reserved = g.reserved, version = r.version + g.moves
    FROM unnest(g_tenant, g_sku, v_on_hand, v_reserved, v_moves) AS g (tenant, sku, on_hand, reserved, moves)
    WHERE r.tenant = g.tenant AND r.sku = g.sku AND g.moves > 0;
    INSERT INTO stock_movements (tenant, sku, kind, on_hand, reserved, effect_key, order_id, at, actor, reason)
    SELECT g_tenant[s.sku], g_sku[s.sku], s.kind, CASE s.kind WHEN 'ship' THEN -s.qty ELSE 0 END,
      CASE s.kind WHEN 'reserve' THEN s.qty ELSE -s.qty END, s.effect, u_id[s.unit], now, 0, NULL
    FROM unnest(s_unit, s_sku, s_kind, s_qty, s_effect) AS s (unit, sku, kind, qty, effect)
    WHERE s.effect IS NOT NULL AND NOT s.unit = ANY (v_refused);
  END IF;

  -- A key that was free has been written with its unit still to be judged: of those that are not written it goes again.
  IF cardinality(v_refused) > 0 AND cardinality(v_kept) > 0 THEN
    DELETE FROM idempotency_keys i USING unnest(k_unit, k_hash) AS k (unit, hash)
    WHERE i.hash = k.hash AND k.unit = ANY (v_refused) AND k.hash = ANY (v_kept);
  END IF;

  UPDATE orders o SET place = u.place, version = u.version, entered_version = u.entered, flags = u.flags,
    attention = u.attention, updated_at = u.updated, last_hash = u.hash, work = u.work
  FROM unnest(u_tenant, u_id, u_expected, u_place, u_version, u_entered, u_flags, u_attention, u_updated, u_hash, u_work)
    WITH ORDINALITY AS u (tenant, id, expected, place, version, entered, flags, attention, updated, hash, work, unit)
  WHERE o.tenant = u.tenant AND o.id = u.id AND o.version = u.expected AND u.expected > 0 AND NOT u.unit = ANY (v_refused);
  GET DIAGNOSTICS v_written = ROW_COUNT;
  INSERT INTO orders (tenant, id, place, version, entered_version, flags, attention, updated_at, last_hash, work)
  SELECT u.tenant, u.id, u.place, u.version, u.entered, u.flags, u.attention, u.updated, u.hash, u.work
  FROM unnest(u_tenant, u_id, u_expected, u_place, u_version, u_entered, u_flags, u_attention, u_updated, u_hash, u_work)
    WITH ORDINALITY AS u (tenant, id, expected, place, version, entered, flags, attention, updated, hash, work, unit)
  WHERE u.expected = 0 AND NOT u.unit = ANY (v_refused);
  GET DIAGNOSTICS v_wanted = ROW_COUNT;
  v_written := v_written + v_wanted;
  SELECT count(*) INTO v_wanted FROM unnest(u_expected) WITH ORDINALITY AS u (expected, unit)
  WHERE u.expected >= 0 AND NOT u.unit = ANY (v_refused);
  IF v_written <> v_wanted THEN
    RAISE EXCEPTION '% orders were to be written, and % were', v_wanted, v_written;
  END IF;

  IF cardinality(b_unit) > 0 THEN
    INSERT INTO order_bodies AS r (tenant, id, external_id, customer_id, workflow_version, workflow_hash, created_at, currency,
      amount_total, items, metadata)
    SELECT u_tenant[b.unit], u_id[b.unit], b.external, b.customer, b.workflow_version, b.workflow_hash, b.created, b.currency,
      b.amount, b.items, b.metadata
    FROM unnest(b_unit, b_external, b_customer, b_workflow_version, b_workflow_hash, b_created, b_currency, b_amount, b_items,
      b_metadata) AS b (unit, external, customer, workflow_version, workflow_hash, created, currency, amount, items, metadata)
    WHERE NOT b.unit = ANY (v_refused)
    ON CONFLICT (tenant, id) DO UPDATE SET customer_id = excluded.customer_id, currency = excluded.currency,
      amount_total = excluded.amount_total, items = excluded.items, metadata = excluded.metadata;
  END IF;

  INSERT INTO events (tenant, order_id, version, type, actor, place_from, place_to, workflow_hash, at, salt, payload_hash, hash,
    previous_hash, event, task, payload)
  SELECT u_tenant[e.unit], u_id[e.unit], e.version, e.type, e.actor, e.place_from, e.place_to, e.workflow_hash, e.at, e.salt,
    e.payload_hash, e.hash, e.previous, e.event, e.task, e.payload
  FROM unnest(e_unit, e_version, e_type, e_actor, e_from, e_to, e_workflow_hash, e_at, e_salt, e_payload_hash, e_hash, e_previous,
    e_event, e_task, e_payload) AS e (unit, version, type, actor, place_from, place_to, workflow_hash, at, salt, payload_hash,
    hash, previous, event, task, payload)
  WHERE NOT e.unit = ANY (v_refused);
  INSERT INTO commits (size, committed_at, tenants, order_ids, versions)
  SELECT count(*), now, array_agg(u_tenant[e.unit]), array_agg(u_id[e.unit]), array_agg(e.version)
  FROM unnest(e_unit, e_version) AS e (unit, version) WHERE NOT e.unit = ANY (v_refused)
  HAVING count(*) > 0;

  IF cardinality(t_unit) > 0 THEN
    DELETE FROM tasks r USING unnest(t_unit, t_version, t_position, t_suffix, t_change) AS t (unit, version, position, suffix, change)
    WHERE r.tenant = u_tenant[t.unit] AND r.order_id = u_id[t.unit] AND r.version = t.version AND r.position = t.position
      AND r.suffix = t.suffix AND t.change <> 'orphan' AND NOT t.unit = ANY (v_refused);
    UPDATE tasks r SET orphan = true
    FROM unnest(t_unit, t_version, t_position, t_suffix, t_change) AS t (unit, version, position, suffix, change)
    WHERE r.tenant = u_tenant[t.unit] AND r.order_id = u_id[t.unit] AND r.version = t.version AND r.position = t.position
      AND r.suffix = t.suffix AND t.change = 'orphan' AND NOT t.unit = ANY (v_refused);
    INSERT INTO tasks (tenant, order_id, version, position, suffix, kind, name, run_version, place, input, orphan, dead, created_at,
      deadline, due_at, attempts, token, lease_until, parked, claimed_by, uncertain, failures)
    SELECT u_tenant[t.unit], u_id[t.unit], t.version, t.position, t.suffix, t.kind, t.name, t.run_version, t.place, t.input, t.orphan,
      t.dead, t.created_at, t.deadline, t.due_at, t.attempts, t.token, t.lease_until, t.parked, t.claimed_by, t.uncertain, t.failures
    FROM json_to_recordset(t_rows) AS t (unit integer, version integer, position integer, suffix text, kind text, name text,
      run_version integer, place text, input text, orphan boolean, dead boolean, created_at bigint, deadline bigint, due_at bigint,
      attempts integer, token integer, lease_until bigint, parked boolean, claimed_by text, uncertain boolean, failures text)
    WHERE NOT t.unit = ANY (v_refused);
  END IF;
  IF cardinality(m_unit) > 0 THEN
    DELETE FROM timers r USING unnest(m_unit, m_version, m_index, m_there) AS m (unit, version, index, there)
    WHERE r.tenant = u_tenant[m.unit] AND r.order_id = u_id[m.unit] AND r.entered_version = m.version AND r.index = m.index
      AND m.there AND NOT m.unit = ANY (v_refused);
    INSERT INTO timers (tenant, order_id, entered_version, index, due_at)
    SELECT u_tenant[m.unit], u_id[m.unit], m.version, m.index, m.due
    FROM unnest(m_unit, m_version, m_index, m_due, m_added) AS m (unit, version, index, due, added)
    WHERE m.added AND NOT m.unit = ANY (v_refused);
  END IF;

  IF cardinality(v_refused) > 0 THEN
    RETURN QUERY SELECT DISTINCT ON (r.unit) r.unit, r.verdict, r.found FROM (
      SELECT x, 'key-taken', NULL::json, 1 FROM unnest(v_taken) x
      UNION ALL SELECT x, 'conflict', NULL, 2 FROM unnest(v_moved) x
      UNION ALL SELECT x, 'external-id-taken', NULL, 3 FROM unnest(v_named) x
      UNION ALL SELECT x, 'effect-repeated', NULL, 4 FROM unnest(v_again) x
      UNION ALL SELECT x, 'stock-changed', f, 5 FROM unnest(v_short, v_found) AS t (x, f)
    ) AS r (unit, verdict, found, rank) ORDER BY r.unit, r.rank;
  END IF;
END $$;

-- For programs of schema 3, which go on while those of this one start.
CREATE OR REPLACE FUNCTION commit_units(
  now bigint,
  u_tenant integer[], u_id uuid[], u_expected integer[], u_place integer[], u_version integer[], u_entered integer[],
  u_flags integer[], u_attention integer[], u_updated bigint[], u_hash bytea[], u_work text[],
  b_unit integer[], b_external text[], b_customer text[], b_workflow_version integer[], b_workflow_hash integer[],
  b_created bigint[], b_currency text[], b_amount text[], b_items text[], b_metadata text[],
  e_unit integer[], e_version integer[], e_type integer[], e_actor integer[], e_from integer[], e_to integer[],
  e_workflow_hash integer[], e_at bigint[], e_salt uuid[], e_payload_hash bytea[], e_hash bytea[], e_previous bytea[],
  e_event text[], e_task text[], e_payload text[],
  k_unit integer[], k_hash uuid[], k_fingerprint uuid[], k_order text[], k_version integer[], k_expires bigint[], k_answer text[],
  p_unit integer[], p_hash uuid[],
  t_unit integer[], t_version integer[], t_position integer[], t_suffix text[], t_token integer[], t_change text[], t_rows json,
  m_unit integer[], m_version integer[], m_index integer[], m_due bigint[], m_there boolean[], m_added boolean[],
  g_tenant integer[], g_sku text[],
  s_unit integer[], s_sku integer[], s_kind text[], s_qty bigint[], s_effect text[]
) RETURNS TABLE (refused_unit integer, reason text, balances json) LANGUAGE sql AS $$
  SELECT * FROM commit_units(
    now, u_tenant, u_id, u_expected, u_place, u_version, u_entered, u_flags, u_attention, u_updated, u_hash, u_work, b_unit,
    b_external, b_customer, b_workflow_version, b_workflow_hash, b_created, b_currency, b_amount, b_items, b_metadata, e_unit,
    e_version, e_type, e_actor, e_from, e_to, e_workflow_hash, e_at, e_salt, e_payload_hash, e_hash, e_previous, e_event,
    e_task, e_payload, k_unit, k_hash, k_fingerprint, k_order, k_version, k_expires, k_answer, p_unit, p_hash, t_unit,
    t_version, t_position, t_suffix, t_token, array_fill(-1::bigint, ARRAY[cardinality(t_unit)]), t_change, t_rows, m_unit,
    m_version, m_index, m_due, m_there, m_added, g_tenant, g_sku, s_unit, s_sku, s_kind, s_qty, s_effect
  )
$$;
