-- The token of a session is made from the code of its link, so its row answers for both. Links are good for five minutes:
-- those that were made before lead to a page that says so.
ALTER TABLE customer_sessions ADD COLUMN entered_at INTEGER;
DROP TABLE portal_entries;
