ALTER TABLE credential_posts SET LOGGED;
