CREATE TABLE portal_entries (
  code_hash bytea PRIMARY KEY,
  session_token_hash bytea NOT NULL REFERENCES customer_sessions (token_hash) ON DELETE CASCADE,
  expires_at timestamptz NOT NULL,
  spent_at timestamptz
);
CREATE INDEX portal_entries_session ON portal_entries (session_token_hash);
CREATE INDEX portal_entries_expiry ON portal_entries (expires_at);
ALTER TABLE customer_sessions DROP COLUMN entered_at;
