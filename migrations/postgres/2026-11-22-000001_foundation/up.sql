-- Keys are compared byte by byte (COLLATE "C"): as on SQLite, and so that an index serves a search for a prefix.
CREATE TABLE installation (
  id smallint PRIMARY KEY CHECK (id = 1),
  key_check bytea NOT NULL,
  created_at timestamptz NOT NULL
);

CREATE TABLE signing_keys (
  kid text COLLATE "C" PRIMARY KEY,
  sealed bytea NOT NULL,
  created_at timestamptz NOT NULL
);

CREATE TABLE workspaces (
  id uuid PRIMARY KEY,
  slug text COLLATE "C" NOT NULL,
  name text NOT NULL,
  member_model_enabled boolean NOT NULL,
  -- The rows of workspace_origins once more, so that a session check reads the whole workspace in one row.
  allowed_origins jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  modified_at timestamptz
);
CREATE UNIQUE INDEX workspaces_slug ON workspaces (slug);

CREATE TABLE workspace_origins (
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  position integer NOT NULL,
  origin text COLLATE "C" NOT NULL,
  PRIMARY KEY (workspace_id, position)
);
CREATE INDEX workspace_origins_origin ON workspace_origins (origin);

CREATE TABLE customers (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  kind text NOT NULL,
  has_account boolean NOT NULL,
  external_id text COLLATE "C",
  email text NOT NULL,
  email_key text COLLATE "C" NOT NULL,
  email_verified boolean NOT NULL,
  name text,
  billing_name text,
  first_name text,
  last_name text,
  company_name text,
  phone text,
  avatar_url text,
  metadata jsonb NOT NULL,
  store_metadata jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  modified_at timestamptz,
  deleted_at timestamptz
);
CREATE UNIQUE INDEX customers_email ON customers (workspace_id, email_key, has_account) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX customers_external_id ON customers (workspace_id, external_id) WHERE deleted_at IS NULL;
CREATE INDEX customers_workspace ON customers (workspace_id, created_at DESC, id);

CREATE TABLE members (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  customer_id uuid NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  external_id text COLLATE "C",
  email text NOT NULL,
  email_key text COLLATE "C" NOT NULL,
  name text,
  role text NOT NULL,
  created_at timestamptz NOT NULL,
  modified_at timestamptz,
  deleted_at timestamptz
);
CREATE UNIQUE INDEX members_email ON members (customer_id, email_key) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX members_external_id ON members (customer_id, external_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX members_owner ON members (customer_id, role) WHERE role = 'owner' AND deleted_at IS NULL;
CREATE INDEX members_workspace ON members (workspace_id, created_at DESC, id);
CREATE INDEX members_customer ON members (customer_id, created_at DESC, id);

CREATE TABLE addresses (
  id uuid PRIMARY KEY,
  customer_id uuid NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  is_default_shipping boolean NOT NULL,
  is_default_billing boolean NOT NULL,
  address_name text,
  company text,
  first_name text,
  last_name text,
  address_1 text,
  address_2 text,
  city text,
  country_code text,
  province text,
  postal_code text,
  phone text,
  metadata jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
-- The flag is in the key too, because SQLite names the columns of a violated index and never the index.
CREATE UNIQUE INDEX addresses_default_shipping ON addresses (customer_id, is_default_shipping) WHERE is_default_shipping;
CREATE UNIQUE INDEX addresses_default_billing ON addresses (customer_id, is_default_billing) WHERE is_default_billing;
CREATE INDEX addresses_customer ON addresses (customer_id, created_at, id);

-- The tenant of a session is its customer's. Its id is the beginning of the hash and needs no column.
CREATE TABLE customer_sessions (
  token_hash bytea PRIMARY KEY,
  customer_id uuid NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  member_id uuid REFERENCES members (id) ON DELETE CASCADE,
  return_url text,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX customer_sessions_customer ON customer_sessions (customer_id);
CREATE INDEX customer_sessions_member ON customer_sessions (member_id) WHERE member_id IS NOT NULL;

CREATE TABLE portal_entries (
  code_hash bytea PRIMARY KEY,
  session_token_hash bytea NOT NULL REFERENCES customer_sessions (token_hash) ON DELETE CASCADE,
  expires_at timestamptz NOT NULL,
  spent_at timestamptz
);
CREATE INDEX portal_entries_session ON portal_entries (session_token_hash);

CREATE TABLE portal_cookies (
  cookie_hash bytea PRIMARY KEY,
  session_token_hash bytea NOT NULL REFERENCES customer_sessions (token_hash) ON DELETE CASCADE,
  created_at timestamptz NOT NULL
);
CREATE INDEX portal_cookies_session ON portal_cookies (session_token_hash);

CREATE TABLE auth_identities (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  customer_id uuid REFERENCES customers (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL
);
CREATE INDEX auth_identities_workspace ON auth_identities (workspace_id);
CREATE INDEX auth_identities_customer ON auth_identities (customer_id) WHERE customer_id IS NOT NULL;

CREATE TABLE provider_identities (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  auth_identity_id uuid NOT NULL REFERENCES auth_identities (id) ON DELETE CASCADE,
  provider text COLLATE "C" NOT NULL,
  email text NOT NULL,
  email_key text COLLATE "C" NOT NULL,
  password_hash text NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX provider_identities_email ON provider_identities (workspace_id, provider, email_key);
CREATE INDEX provider_identities_identity ON provider_identities (auth_identity_id);

-- The tenant of a session is its identity's.
CREATE TABLE store_sessions (
  id uuid PRIMARY KEY,
  auth_identity_id uuid NOT NULL REFERENCES auth_identities (id) ON DELETE CASCADE,
  provider text NOT NULL,
  cookie_hash bytea,
  user_agent text,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE UNIQUE INDEX store_sessions_cookie ON store_sessions (cookie_hash);
CREATE INDEX store_sessions_identity ON store_sessions (auth_identity_id);

CREATE TABLE access_tokens (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  token_hash bytea NOT NULL,
  scopes text NOT NULL,
  comment text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz
);
CREATE UNIQUE INDEX access_tokens_token ON access_tokens (token_hash);
CREATE INDEX access_tokens_workspace ON access_tokens (workspace_id, created_at DESC, id);

CREATE TABLE publishable_keys (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  key text COLLATE "C" NOT NULL,
  title text NOT NULL,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE UNIQUE INDEX publishable_keys_key ON publishable_keys (key);
CREATE INDEX publishable_keys_workspace ON publishable_keys (workspace_id, created_at DESC, id);
