-- What shoppers sign in with on somebody else's page.
CREATE TABLE identity_providers (
  workspace_id BLOB NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  settings TEXT NOT NULL,
  sealed_secret BLOB,
  created_at INTEGER NOT NULL,
  modified_at INTEGER,
  PRIMARY KEY (workspace_id, name)
) STRICT, WITHOUT ROWID;

-- Who somebody is to an issuer. The e-mail is what the issuer called them by first, and no key.
CREATE TABLE federated_identities (
  workspace_id BLOB NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  auth_identity_id BLOB NOT NULL REFERENCES auth_identities (id) ON DELETE CASCADE,
  email TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX federated_identities_identity ON federated_identities (auth_identity_id);

-- Who has been sent to a provider's page and is not back yet.
CREATE TABLE sign_in_flows (
  state_hash BLOB NOT NULL PRIMARY KEY,
  workspace_id BLOB NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  provider TEXT NOT NULL,
  callback_url TEXT NOT NULL,
  -- Of the browser that has to come back; null where it was not known.
  browser_hash BLOB,
  sealed BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_flows_workspace ON sign_in_flows (workspace_id);
CREATE INDEX sign_in_flows_expires ON sign_in_flows (expires_at);
