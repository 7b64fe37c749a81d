DROP TABLE credential_posts;
