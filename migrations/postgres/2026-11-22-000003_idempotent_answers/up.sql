-- The key's hash covers whose it is.
CREATE TABLE idempotent_answers (
  key_hash bytea PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  -- Whom the answer tells of, so that it is gone when they are erased.
  customer_id uuid REFERENCES customers (id) ON DELETE CASCADE,
  sealed bytea NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX idempotent_answers_workspace ON idempotent_answers (workspace_id);
CREATE INDEX idempotent_answers_customer ON idempotent_answers (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX idempotent_answers_expires ON idempotent_answers (expires_at);
