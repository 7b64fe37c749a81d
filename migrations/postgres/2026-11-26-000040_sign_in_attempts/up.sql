-- Attempts that failed one after the other, by a keyed hash of what they are counted under.
CREATE TABLE failed_attempts (
  source_hash bytea PRIMARY KEY,
  count integer NOT NULL CHECK (count > 0),
  open_at timestamptz NOT NULL
);
CREATE INDEX failed_attempts_open ON failed_attempts (open_at);

-- Addresses that somebody signed in from, by a keyed hash of both.
CREATE TABLE known_addresses (
  source_hash bytea PRIMARY KEY,
  auth_identity_id uuid NOT NULL REFERENCES auth_identities (id) ON DELETE CASCADE,
  last_seen_at timestamptz NOT NULL
);
CREATE INDEX known_addresses_identity ON known_addresses (auth_identity_id);
CREATE INDEX known_addresses_seen ON known_addresses (last_seen_at);
