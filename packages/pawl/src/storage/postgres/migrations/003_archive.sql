-- Parts of the events table that were detached. A month is named again each time that its part, filled anew by orders that moved
-- later, is detached again. last_position: of the part's last event in the feed, which begins after the highest of them. file: the
-- archive's name, without its folder; sha256: of its bytes, once it is written and verified; then the table may be dropped.
CREATE TABLE detached_parts (
  month text NOT NULL,
  run integer NOT NULL,
  table_name text NOT NULL,
  detached_at bigint NOT NULL,
  orders bigint NOT NULL,
  events bigint NOT NULL,
  last_position bigint NOT NULL,
  file text NOT NULL,
  sha256 text,
  PRIMARY KEY (month, run)
);

-- An older program writes events that name no previous hash, and takes what is detached for lost.
UPDATE meta SET value = '3' WHERE name = 'oldest_code';
