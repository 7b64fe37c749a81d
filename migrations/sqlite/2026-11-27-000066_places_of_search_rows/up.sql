-- The rows that lists find customers by tell where a list has them too, by date and by name, so that the first of many are found
-- without a look at the customers. They are written anew, by the job `index-customers`.
DROP TABLE customer_notes;
DROP TABLE customer_words;
CREATE TABLE customer_words (
  workspace_id BLOB NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  word TEXT NOT NULL,
  customer_id BLOB NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  name_key TEXT NOT NULL,
  PRIMARY KEY (workspace_id, word, customer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_words_customer ON customer_words (customer_id);
CREATE TABLE customer_notes (
  workspace_id BLOB NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  customer_id BLOB NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, key, value, customer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_notes_customer ON customer_notes (customer_id);
UPDATE customers SET is_indexed = 0;
