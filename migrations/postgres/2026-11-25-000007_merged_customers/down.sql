DROP INDEX customers_external_id;
CREATE UNIQUE INDEX customers_external_id ON customers (workspace_id, external_id) WHERE deleted_at IS NULL;
DROP INDEX customers_merged_into;
ALTER TABLE customers DROP COLUMN merged_into;
