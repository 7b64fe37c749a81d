ALTER TABLE workspaces DROP COLUMN settings;
