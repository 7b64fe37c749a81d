-- What lists search in and sort by: the name that is shown, and the external id, in lower case; empty where there is none.
-- What is there already is folded as far as the database can; the rest is when the customer is changed.
ALTER TABLE customers ADD COLUMN name_key text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN external_id_key text COLLATE "C" NOT NULL DEFAULT '';
UPDATE customers SET
  name_key = lower(coalesce(name, trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')))),
  external_id_key = lower(coalesce(external_id, ''));
CREATE INDEX customers_name ON customers (workspace_id, name_key, id) WHERE deleted_at IS NULL;
