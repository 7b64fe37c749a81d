ALTER TABLE access_tokens ADD COLUMN modified_at INTEGER;
-- When another token was made to take its place; it ends some time later.
ALTER TABLE access_tokens ADD COLUMN rotated_at INTEGER;
ALTER TABLE publishable_keys ADD COLUMN modified_at INTEGER;
