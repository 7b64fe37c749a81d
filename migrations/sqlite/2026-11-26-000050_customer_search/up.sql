-- What lists find a customer by: its e-mail, its external id, and its name from each word on, folded.
CREATE TABLE customer_words (
  workspace_id BLOB NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  word TEXT NOT NULL,
  customer_id BLOB NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  PRIMARY KEY (workspace_id, word, customer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_words_customer ON customer_words (customer_id);

-- The merchant's notes on a customer, key by key, as texts.
CREATE TABLE customer_notes (
  workspace_id BLOB NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  customer_id BLOB NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  PRIMARY KEY (workspace_id, key, value, customer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_notes_customer ON customer_notes (customer_id);

-- Whether those rows are there; not of a customer that an earlier version has made.
ALTER TABLE customers ADD COLUMN is_indexed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX customers_unindexed ON customers (workspace_id) WHERE NOT is_indexed AND deleted_at IS NULL;
