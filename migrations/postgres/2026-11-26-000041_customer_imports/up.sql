-- How far the import of a file has come, by the SHA-256 of what is in it.
CREATE TABLE customer_imports (
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  content_hash bytea NOT NULL,
  records bigint NOT NULL,
  created bigint NOT NULL,
  updated bigint NOT NULL,
  skipped bigint NOT NULL,
  refused bigint NOT NULL,
  changed_at timestamptz NOT NULL,
  finished_at timestamptz,
  PRIMARY KEY (workspace_id, content_hash)
);
