-- What has been counted within a minute may be lost in a crash: a count need not wait for the disk.
ALTER TABLE credential_posts SET UNLOGGED;
