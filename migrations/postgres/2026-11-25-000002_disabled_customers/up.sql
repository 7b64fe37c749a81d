-- Since when nobody signs in as the customer, until it is enabled again.
ALTER TABLE customers ADD COLUMN disabled_at timestamptz;
