CREATE TABLE portal_entries (
  code_hash BLOB NOT NULL PRIMARY KEY,
  session_token_hash BLOB NOT NULL REFERENCES customer_sessions (token_hash) ON DELETE CASCADE,
  expires_at INTEGER NOT NULL,
  spent_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX portal_entries_session ON portal_entries (session_token_hash);
CREATE INDEX portal_entries_expiry ON portal_entries (expires_at);
ALTER TABLE customer_sessions DROP COLUMN entered_at;
