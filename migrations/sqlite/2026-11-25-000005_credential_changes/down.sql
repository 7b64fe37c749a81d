ALTER TABLE publishable_keys DROP COLUMN modified_at;
ALTER TABLE access_tokens DROP COLUMN rotated_at;
ALTER TABLE access_tokens DROP COLUMN modified_at;
