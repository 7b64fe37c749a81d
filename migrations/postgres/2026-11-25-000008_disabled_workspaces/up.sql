-- Since when the workspace is disabled, until it is enabled again.
ALTER TABLE workspaces ADD COLUMN disabled_at timestamptz;
