DROP TABLE sign_in_codes;
CREATE TABLE old_outbox_messages (
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
INSERT INTO old_outbox_messages
  SELECT id, workspace_id, customer_id, recipient, template, sealed, created_at, due_at, expires_at, attempts
  FROM outbox_messages WHERE customer_id IS NOT NULL;
DROP TABLE outbox_messages;
ALTER TABLE old_outbox_messages RENAME TO outbox_messages;
CREATE INDEX outbox_messages_workspace ON outbox_messages (workspace_id);
CREATE INDEX outbox_messages_customer ON outbox_messages (customer_id);
CREATE INDEX outbox_messages_due ON outbox_messages (due_at);
CREATE INDEX outbox_messages_expires ON outbox_messages (expires_at);
