-- Passkeys (WebAuthn), by which customers sign in.
CREATE TABLE passkeys (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  customer_id uuid NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  credential_id bytea NOT NULL,
  -- Whom the authenticator takes itself to be: the customer when it was made, who may have gone up in another.
  user_handle uuid NOT NULL,
  label text,
  -- The public key and what is known of the authenticator, as JSON.
  credential text NOT NULL,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz
);
CREATE UNIQUE INDEX passkeys_credential ON passkeys (workspace_id, credential_id);
CREATE INDEX passkeys_customer ON passkeys (customer_id);

-- What authenticators are asked, until they answer.
CREATE TABLE passkey_ceremonies (
  token_hash bytea PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  -- Whose passkey is made; nobody where somebody signs in.
  customer_id uuid REFERENCES customers (id) ON DELETE CASCADE,
  sealed bytea NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX passkey_ceremonies_workspace ON passkey_ceremonies (workspace_id);
CREATE INDEX passkey_ceremonies_customer ON passkey_ceremonies (customer_id);
CREATE INDEX passkey_ceremonies_expires ON passkey_ceremonies (expires_at);
