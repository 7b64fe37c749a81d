-- What a workspace's members are searched by, whichever customer they act for.
CREATE INDEX members_workspace_email ON members (workspace_id, email_key) WHERE deleted_at IS NULL;
CREATE INDEX members_workspace_external_id ON members (workspace_id, external_id) WHERE deleted_at IS NULL;
