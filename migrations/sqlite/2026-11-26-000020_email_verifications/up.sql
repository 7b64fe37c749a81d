-- The tenant is the customer's.
CREATE TABLE email_verifications (
  token_hash BLOB NOT NULL PRIMARY KEY,
  customer_id BLOB NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  -- When it was used, or another took its place.
  ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX email_verifications_customer ON email_verifications (customer_id, created_at);
CREATE INDEX email_verifications_expires ON email_verifications (expires_at);
