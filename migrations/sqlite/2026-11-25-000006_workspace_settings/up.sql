-- What the merchant has chosen besides, and nothing of what is as it is everywhere: one document, so that a session check
-- still reads the whole workspace in one row.
ALTER TABLE workspaces ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
