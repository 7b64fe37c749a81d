ALTER TABLE workspaces DROP COLUMN disabled_at;
