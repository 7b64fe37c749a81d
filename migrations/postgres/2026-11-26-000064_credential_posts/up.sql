-- How many credentials an address has posted, or a workspace was posted, where several servers have to know.
CREATE TABLE credential_posts (
  source_hash bytea PRIMARY KEY,
  -- When as many may be posted again as by somebody who never has (GCRA's theoretical arrival time), in microseconds since 1970:
  -- it is counted on.
  full_at bigint NOT NULL
);
CREATE INDEX credential_posts_full ON credential_posts (full_at);
