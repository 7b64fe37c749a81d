ALTER TABLE addresses
  ALTER COLUMN address_name TYPE text COLLATE "default", ALTER COLUMN company TYPE text COLLATE "default",
  ALTER COLUMN first_name TYPE text COLLATE "default", ALTER COLUMN last_name TYPE text COLLATE "default",
  ALTER COLUMN address_1 TYPE text COLLATE "default", ALTER COLUMN address_2 TYPE text COLLATE "default",
  ALTER COLUMN city TYPE text COLLATE "default", ALTER COLUMN country_code TYPE text COLLATE "default",
  ALTER COLUMN province TYPE text COLLATE "default", ALTER COLUMN postal_code TYPE text COLLATE "default",
  ALTER COLUMN phone TYPE text COLLATE "default";
ALTER TABLE addresses DROP COLUMN search_key;
