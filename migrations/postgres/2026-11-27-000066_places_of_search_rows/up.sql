-- The rows that lists find customers by tell where a list has them too, by date and by name, so that the first of many are found
-- without a look at the customers. They are written anew, by the job `index-customers`.
DROP TABLE customer_notes;
DROP TABLE customer_words;
CREATE TABLE customer_words (
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  word text COLLATE "C" NOT NULL,
  customer_id uuid NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  name_key text COLLATE "C" NOT NULL,
  PRIMARY KEY (workspace_id, word, customer_id) INCLUDE (created_at, name_key)
);
CREATE INDEX customer_words_customer ON customer_words (customer_id);
CREATE TABLE customer_notes (
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  key text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  customer_id uuid NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, key, value, customer_id) INCLUDE (created_at)
);
CREATE INDEX customer_notes_customer ON customer_notes (customer_id);
DROP INDEX customers_unindexed;
ALTER TABLE customers DROP COLUMN is_indexed;
ALTER TABLE customers ADD COLUMN is_indexed boolean NOT NULL DEFAULT false;
CREATE INDEX customers_unindexed ON customers (workspace_id) WHERE NOT is_indexed AND deleted_at IS NULL;
