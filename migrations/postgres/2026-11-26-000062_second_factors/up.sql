-- Authenticator apps (RFC 6238), by whose codes a customer proves to be it after having signed in.
CREATE TABLE authenticator_apps (
  id uuid PRIMARY KEY,
  customer_id uuid NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  label text,
  secret_sealed bytea NOT NULL,
  -- The time step of the last code that was accepted: no code is accepted twice.
  last_step bigint NOT NULL,
  created_at timestamptz NOT NULL,
  -- When its first code was shown; until then it protects nothing.
  confirmed_at timestamptz
);
CREATE INDEX authenticator_apps_customer ON authenticator_apps (customer_id);

-- Codes to be kept on paper, each good once in place of an app.
CREATE TABLE recovery_codes (
  code_hash bytea PRIMARY KEY,
  customer_id uuid NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL
);
CREATE INDEX recovery_codes_customer ON recovery_codes (customer_id);

-- Sign-ins that wait for the second factor.
CREATE TABLE second_factor_challenges (
  token_hash bytea PRIMARY KEY,
  -- The sid of the JWT that goes with it.
  id uuid NOT NULL,
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  auth_identity_id uuid NOT NULL REFERENCES auth_identities (id) ON DELETE CASCADE,
  provider text NOT NULL,
  guesses integer NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX second_factor_challenges_id ON second_factor_challenges (id);
CREATE INDEX second_factor_challenges_workspace ON second_factor_challenges (workspace_id);
CREATE INDEX second_factor_challenges_identity ON second_factor_challenges (auth_identity_id);
CREATE INDEX second_factor_challenges_expires ON second_factor_challenges (expires_at);
