DROP INDEX customers_name;
ALTER TABLE customers DROP COLUMN external_id_key;
ALTER TABLE customers DROP COLUMN name_key;
