-- What shoppers sign in with on somebody else's page.
CREATE TABLE identity_providers (
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  name text COLLATE "C" NOT NULL,
  settings jsonb NOT NULL,
  sealed_secret bytea,
  created_at timestamptz NOT NULL,
  modified_at timestamptz,
  PRIMARY KEY (workspace_id, name)
);

-- Who somebody is to an issuer. The e-mail is what the issuer called them by first, and no key.
CREATE TABLE federated_identities (
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  issuer text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  auth_identity_id uuid NOT NULL REFERENCES auth_identities (id) ON DELETE CASCADE,
  email text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, issuer, subject)
);
CREATE INDEX federated_identities_identity ON federated_identities (auth_identity_id);

-- Who has been sent to a provider's page and is not back yet.
CREATE TABLE sign_in_flows (
  state_hash bytea PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  provider text COLLATE "C" NOT NULL,
  callback_url text NOT NULL,
  -- Of the browser that has to come back; null where it was not known.
  browser_hash bytea,
  sealed bytea NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX sign_in_flows_workspace ON sign_in_flows (workspace_id);
CREATE INDEX sign_in_flows_expires ON sign_in_flows (expires_at);
