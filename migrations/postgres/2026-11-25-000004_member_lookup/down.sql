DROP INDEX members_workspace_external_id;
DROP INDEX members_workspace_email;
