-- Identifiers are 16 bytes, hashes 32; instants are microseconds since 1970; documents are JSON text.
CREATE TABLE installation (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  key_check BLOB NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE signing_keys (
  kid TEXT NOT NULL PRIMARY KEY,
  sealed BLOB NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE workspaces (
  id BLOB NOT NULL PRIMARY KEY,
  slug TEXT NOT NULL,
  name TEXT NOT NULL,
  member_model_enabled INTEGER NOT NULL,
  -- The rows of workspace_origins once more, so that a session check reads the whole workspace in one row.
  allowed_origins TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  modified_at INTEGER
) STRICT;
CREATE UNIQUE INDEX workspaces_slug ON workspaces (slug);

CREATE TABLE workspace_origins (
  workspace_id BLOB NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  origin TEXT NOT NULL,
  PRIMARY KEY (workspace_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX workspace_origins_origin ON workspace_origins (origin);

CREATE TABLE customers (
  id BLOB NOT NULL PRIMARY KEY,
  workspace_id BLOB NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  has_account INTEGER NOT NULL,
  external_id TEXT,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL,
  email_verified INTEGER NOT NULL,
  name TEXT,
  billing_name TEXT,
  first_name TEXT,
  last_name TEXT,
  company_name TEXT,
  phone TEXT,
  avatar_url TEXT,
  metadata TEXT NOT NULL,
  store_metadata TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  modified_at INTEGER,
  deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX customers_email ON customers (workspace_id, email_key, has_account) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX customers_external_id ON customers (workspace_id, external_id) WHERE deleted_at IS NULL;
CREATE INDEX customers_workspace ON customers (workspace_id, created_at DESC, id);

CREATE TABLE members (
  id BLOB NOT NULL PRIMARY KEY,
  workspace_id BLOB NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  customer_id BLOB NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  external_id TEXT,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL,
  name TEXT,
  role TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  modified_at INTEGER,
  deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX members_email ON members (customer_id, email_key) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX members_external_id ON members (customer_id, external_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX members_owner ON members (customer_id, role) WHERE role = 'owner' AND deleted_at IS NULL;
CREATE INDEX members_workspace ON members (workspace_id, created_at DESC, id);
CREATE INDEX members_customer ON members (customer_id, created_at DESC, id);

CREATE TABLE addresses (
  id BLOB NOT NULL PRIMARY KEY,
  customer_id BLOB NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  is_default_shipping INTEGER NOT NULL,
  is_default_billing INTEGER NOT NULL,
  address_name TEXT,
  company TEXT,
  first_name TEXT,
  last_name TEXT,
  address_1 TEXT,
  address_2 TEXT,
  city TEXT,
  country_code TEXT,
  province TEXT,
  postal_code TEXT,
  phone TEXT,
  metadata TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
-- The flag is in the key too, because SQLite names the columns of a violated index and never the index.
CREATE UNIQUE INDEX addresses_default_shipping ON addresses (customer_id, is_default_shipping) WHERE is_default_shipping;
CREATE UNIQUE INDEX addresses_default_billing ON addresses (customer_id, is_default_billing) WHERE is_default_billing;
CREATE INDEX addresses_customer ON addresses (customer_id, created_at, id);

-- The tenant of a session is its customer's. Its id is the beginning of the hash and needs no column.
-- Without rowid: one b-tree less to write for the table that is written most.
CREATE TABLE customer_sessions (
  token_hash BLOB NOT NULL PRIMARY KEY,
  customer_id BLOB NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  member_id BLOB REFERENCES members (id) ON DELETE CASCADE,
  return_url TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_sessions_customer ON customer_sessions (customer_id);
CREATE INDEX customer_sessions_member ON customer_sessions (member_id) WHERE member_id IS NOT NULL;

CREATE TABLE portal_entries (
  code_hash BLOB NOT NULL PRIMARY KEY,
  session_token_hash BLOB NOT NULL REFERENCES customer_sessions (token_hash) ON DELETE CASCADE,
  expires_at INTEGER NOT NULL,
  spent_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX portal_entries_session ON portal_entries (session_token_hash);

CREATE TABLE portal_cookies (
  cookie_hash BLOB NOT NULL PRIMARY KEY,
  session_token_hash BLOB NOT NULL REFERENCES customer_sessions (token_hash) ON DELETE CASCADE,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX portal_cookies_session ON portal_cookies (session_token_hash);

CREATE TABLE auth_identities (
  id BLOB NOT NULL PRIMARY KEY,
  workspace_id BLOB NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  customer_id BLOB REFERENCES customers (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX auth_identities_workspace ON auth_identities (workspace_id);
CREATE INDEX auth_identities_customer ON auth_identities (customer_id) WHERE customer_id IS NOT NULL;

CREATE TABLE provider_identities (
  id BLOB NOT NULL PRIMARY KEY,
  workspace_id BLOB NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  auth_identity_id BLOB NOT NULL REFERENCES auth_identities (id) ON DELETE CASCADE,
  provider TEXT NOT NULL,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX provider_identities_email ON provider_identities (workspace_id, provider, email_key);
CREATE INDEX provider_identities_identity ON provider_identities (auth_identity_id);

-- The tenant of a session is its identity's.
CREATE TABLE store_sessions (
  id BLOB NOT NULL PRIMARY KEY,
  auth_identity_id BLOB NOT NULL REFERENCES auth_identities (id) ON DELETE CASCADE,
  provider TEXT NOT NULL,
  cookie_hash BLOB,
  user_agent TEXT,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;
CREATE UNIQUE INDEX store_sessions_cookie ON store_sessions (cookie_hash);
CREATE INDEX store_sessions_identity ON store_sessions (auth_identity_id);

CREATE TABLE access_tokens (
  id BLOB NOT NULL PRIMARY KEY,
  workspace_id BLOB NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  token_hash BLOB NOT NULL,
  scopes TEXT NOT NULL,
  comment TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER,
  last_used_at INTEGER
) STRICT;
CREATE UNIQUE INDEX access_tokens_token ON access_tokens (token_hash);
CREATE INDEX access_tokens_workspace ON access_tokens (workspace_id, created_at DESC, id);

CREATE TABLE publishable_keys (
  id BLOB NOT NULL PRIMARY KEY,
  workspace_id BLOB NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  title TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;
CREATE UNIQUE INDEX publishable_keys_key ON publishable_keys (key);
CREATE INDEX publishable_keys_workspace ON publishable_keys (workspace_id, created_at DESC, id);
