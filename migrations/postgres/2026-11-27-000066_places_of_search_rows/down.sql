DROP TABLE customer_notes;
DROP TABLE customer_words;
CREATE TABLE customer_words (
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  word text COLLATE "C" NOT NULL,
  customer_id uuid NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  PRIMARY KEY (workspace_id, word, customer_id)
);
CREATE INDEX customer_words_customer ON customer_words (customer_id);
CREATE TABLE customer_notes (
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  key text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  customer_id uuid NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  PRIMARY KEY (workspace_id, key, value, customer_id)
);
CREATE INDEX customer_notes_customer ON customer_notes (customer_id);
UPDATE customers SET is_indexed = false;
