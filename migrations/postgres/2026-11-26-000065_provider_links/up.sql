-- Whose account the provider's is to be linked with; null where somebody signs in.
ALTER TABLE sign_in_flows ADD COLUMN customer_id uuid REFERENCES customers (id) ON DELETE CASCADE;
CREATE INDEX sign_in_flows_customer ON sign_in_flows (customer_id);
