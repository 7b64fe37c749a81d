DROP INDEX customers_unindexed;
ALTER TABLE customers DROP COLUMN is_indexed;
DROP TABLE customer_notes;
DROP TABLE customer_words;
