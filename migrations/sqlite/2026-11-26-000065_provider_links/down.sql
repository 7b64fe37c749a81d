DROP INDEX sign_in_flows_customer;
ALTER TABLE sign_in_flows DROP COLUMN customer_id;
