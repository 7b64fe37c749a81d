-- Passkeys (WebAuthn), by which customers sign in.
CREATE TABLE passkeys (
  id BLOB NOT NULL PRIMARY KEY,
  workspace_id BLOB NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  customer_id BLOB NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  credential_id BLOB NOT NULL,
  -- Whom the authenticator takes itself to be: the customer when it was made, who may have gone up in another.
  user_handle BLOB NOT NULL,
  label TEXT,
  -- The public key and what is known of the authenticator, as JSON.
  credential TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER
) STRICT;
CREATE UNIQUE INDEX passkeys_credential ON passkeys (workspace_id, credential_id);
CREATE INDEX passkeys_customer ON passkeys (customer_id);

-- What authenticators are asked, until they answer.
CREATE TABLE passkey_ceremonies (
  token_hash BLOB NOT NULL PRIMARY KEY,
  workspace_id BLOB NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  -- Whose passkey is made; nobody where somebody signs in.
  customer_id BLOB REFERENCES customers (id) ON DELETE CASCADE,
  sealed BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX passkey_ceremonies_workspace ON passkey_ceremonies (workspace_id);
CREATE INDEX passkey_ceremonies_customer ON passkey_ceremonies (customer_id);
CREATE INDEX passkey_ceremonies_expires ON passkey_ceremonies (expires_at);
