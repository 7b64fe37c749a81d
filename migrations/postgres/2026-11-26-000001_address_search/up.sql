-- What lists search in: the lines of the address in lower case, one below the other.
-- What is there already is folded as far as the database can; the rest is when the address is changed.
ALTER TABLE addresses ADD COLUMN search_key text COLLATE "C" NOT NULL DEFAULT '';
UPDATE addresses SET search_key = lower(
  coalesce(address_name, '') || chr(10) || coalesce(company, '') || chr(10) || coalesce(first_name, '') || chr(10) ||
  coalesce(last_name, '') || chr(10) || coalesce(address_1, '') || chr(10) || coalesce(address_2, '') || chr(10) ||
  coalesce(city, '') || chr(10) || coalesce(province, '') || chr(10) || coalesce(postal_code, ''));
-- Lists are sorted by them: byte by byte, as SQLite does.
ALTER TABLE addresses
  ALTER COLUMN address_name TYPE text COLLATE "C", ALTER COLUMN company TYPE text COLLATE "C",
  ALTER COLUMN first_name TYPE text COLLATE "C", ALTER COLUMN last_name TYPE text COLLATE "C",
  ALTER COLUMN address_1 TYPE text COLLATE "C", ALTER COLUMN address_2 TYPE text COLLATE "C",
  ALTER COLUMN city TYPE text COLLATE "C", ALTER COLUMN country_code TYPE text COLLATE "C",
  ALTER COLUMN province TYPE text COLLATE "C", ALTER COLUMN postal_code TYPE text COLLATE "C",
  ALTER COLUMN phone TYPE text COLLATE "C";
