-- Orders as a team would keep them that writes its own: a row an order, a row an event, the answers to remember.
CREATE TABLE by_hand_orders (
  id uuid PRIMARY KEY,
  workflow text NOT NULL,
  status text NOT NULL,
  version integer NOT NULL,
  customer_id text,
  currency text NOT NULL,
  items jsonb NOT NULL,
  amount_total numeric NOT NULL,
  metadata jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
-- For the list of orders in a state.
CREATE INDEX by_hand_orders_by_status ON by_hand_orders (status, id);

CREATE TABLE by_hand_events (
  order_id uuid NOT NULL,
  version integer NOT NULL,
  event text NOT NULL,
  status_from text NOT NULL,
  status_to text NOT NULL,
  actor text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (order_id, version)
);

CREATE TABLE by_hand_answers (
  key text PRIMARY KEY,
  body text NOT NULL,
  created_at timestamptz NOT NULL
);
