CREATE TABLE outbox_messages (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  customer_id uuid NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  recipient text NOT NULL,
  template text NOT NULL,
  sealed bytea NOT NULL,
  created_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  attempts integer NOT NULL
);
CREATE INDEX outbox_messages_workspace ON outbox_messages (workspace_id);
CREATE INDEX outbox_messages_customer ON outbox_messages (customer_id);
CREATE INDEX outbox_messages_due ON outbox_messages (due_at);
CREATE INDEX outbox_messages_expires ON outbox_messages (expires_at);

-- The tenant is the identity's.
CREATE TABLE password_resets (
  token_hash bytea PRIMARY KEY,
  auth_identity_id uuid NOT NULL REFERENCES auth_identities (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  -- When it was used, or another took its place.
  ended_at timestamptz
);
CREATE INDEX password_resets_identity ON password_resets (auth_identity_id, created_at);
CREATE INDEX password_resets_expires ON password_resets (expires_at);
