-- A customer that has gone up in another: an empty record that leads to the one that survives, and never to another such.
ALTER TABLE customers ADD COLUMN merged_into uuid REFERENCES customers (id) ON DELETE CASCADE;
CREATE INDEX customers_merged_into ON customers (merged_into) WHERE merged_into IS NOT NULL;
-- An external id that leads to a customer is as taken as its own.
DROP INDEX customers_external_id;
CREATE UNIQUE INDEX customers_external_id ON customers (workspace_id, external_id)
  WHERE deleted_at IS NULL OR merged_into IS NOT NULL;
