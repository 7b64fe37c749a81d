-- Codes go to people too who are no customers yet.
ALTER TABLE outbox_messages ALTER COLUMN customer_id DROP NOT NULL;

-- Codes by which somebody signs in, once, kept for an hour so that they can be counted.
CREATE TABLE sign_in_codes (
  flow_hash bytea PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  email text NOT NULL,
  email_key text COLLATE "C" NOT NULL,
  code_hash bytea NOT NULL,
  guesses integer NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  -- When it was used, or another took its place.
  ended_at timestamptz
);
CREATE INDEX sign_in_codes_email ON sign_in_codes (workspace_id, email_key, created_at);
CREATE INDEX sign_in_codes_created ON sign_in_codes (created_at);
