CREATE TABLE outbox_messages (
  id BLOB NOT NULL PRIMARY KEY,
  workspace_id BLOB NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  customer_id BLOB NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  recipient TEXT NOT NULL,
  template TEXT NOT NULL,
  sealed BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_messages_workspace ON outbox_messages (workspace_id);
CREATE INDEX outbox_messages_customer ON outbox_messages (customer_id);
CREATE INDEX outbox_messages_due ON outbox_messages (due_at);
CREATE INDEX outbox_messages_expires ON outbox_messages (expires_at);

-- The tenant is the identity's.
CREATE TABLE password_resets (
  token_hash BLOB NOT NULL PRIMARY KEY,
  auth_identity_id BLOB NOT NULL REFERENCES auth_identities (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  -- When it was used, or another took its place.
  ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX password_resets_identity ON password_resets (auth_identity_id, created_at);
CREATE INDEX password_resets_expires ON password_resets (expires_at);
