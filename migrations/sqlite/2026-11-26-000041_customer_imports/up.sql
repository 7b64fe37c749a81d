-- How far the import of a file has come, by the SHA-256 of what is in it.
CREATE TABLE customer_imports (
  workspace_id BLOB NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  content_hash BLOB NOT NULL,
  records INTEGER NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  skipped INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  finished_at INTEGER,
  PRIMARY KEY (workspace_id, content_hash)
) STRICT, WITHOUT ROWID;
