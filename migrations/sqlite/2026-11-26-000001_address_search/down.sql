ALTER TABLE addresses DROP COLUMN search_key;
