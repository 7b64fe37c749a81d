-- The key's hash covers whose it is. An answer is too long for a table without rowid.
CREATE TABLE idempotent_answers (
  key_hash BLOB NOT NULL PRIMARY KEY,
  workspace_id BLOB NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  -- Whom the answer tells of, so that it is gone when they are erased.
  customer_id BLOB REFERENCES customers (id) ON DELETE CASCADE,
  sealed BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX idempotent_answers_workspace ON idempotent_answers (workspace_id);
CREATE INDEX idempotent_answers_customer ON idempotent_answers (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX idempotent_answers_expires ON idempotent_answers (expires_at);
