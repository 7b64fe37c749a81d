-- The tenant is the customer's.
CREATE TABLE email_verifications (
  token_hash bytea PRIMARY KEY,
  customer_id uuid NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  -- When it was used, or another took its place.
  ended_at timestamptz
);
CREATE INDEX email_verifications_customer ON email_verifications (customer_id, created_at);
CREATE INDEX email_verifications_expires ON email_verifications (expires_at);
