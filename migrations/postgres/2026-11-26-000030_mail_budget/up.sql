-- One row per mail that others can cause, for an hour: so many are sent to one customer.
CREATE TABLE mail_counts (
  outbox_message_id uuid PRIMARY KEY,
  customer_id uuid NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL
);
CREATE INDEX mail_counts_customer ON mail_counts (customer_id, created_at);
CREATE INDEX mail_counts_created ON mail_counts (created_at);
