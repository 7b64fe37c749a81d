-- Codes go to people too who are no customers yet.
CREATE TABLE new_outbox_messages (
  id BLOB NOT NULL PRIMARY KEY,
  workspace_id BLOB NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  customer_id BLOB REFERENCES customers (id) ON DELETE CASCADE,
  recipient TEXT NOT NULL,
  template TEXT NOT NULL,
  sealed BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL
) STRICT;
INSERT INTO new_outbox_messages
  SELECT id, workspace_id, customer_id, recipient, template, sealed, created_at, due_at, expires_at, attempts
  FROM outbox_messages;
DROP TABLE outbox_messages;
ALTER TABLE new_outbox_messages RENAME TO outbox_messages;
CREATE INDEX outbox_messages_workspace ON outbox_messages (workspace_id);
CREATE INDEX outbox_messages_customer ON outbox_messages (customer_id);
CREATE INDEX outbox_messages_due ON outbox_messages (due_at);
CREATE INDEX outbox_messages_expires ON outbox_messages (expires_at);

-- Codes by which somebody signs in, once, kept for an hour so that they can be counted.
CREATE TABLE sign_in_codes (
  flow_hash BLOB NOT NULL PRIMARY KEY,
  workspace_id BLOB NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL,
  code_hash BLOB NOT NULL,
  guesses INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  -- When it was used, or another took its place.
  ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_codes_email ON sign_in_codes (workspace_id, email_key, created_at);
CREATE INDEX sign_in_codes_created ON sign_in_codes (created_at);
