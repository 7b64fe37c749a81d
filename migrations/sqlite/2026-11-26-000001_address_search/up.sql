-- What lists search in: the lines of the address in lower case, one below the other.
-- What is there already is folded as far as the database can; the rest is when the address is changed.
ALTER TABLE addresses ADD COLUMN search_key TEXT NOT NULL DEFAULT '';
UPDATE addresses SET search_key = lower(
  coalesce(address_name, '') || char(10) || coalesce(company, '') || char(10) || coalesce(first_name, '') || char(10) ||
  coalesce(last_name, '') || char(10) || coalesce(address_1, '') || char(10) || coalesce(address_2, '') || char(10) ||
  coalesce(city, '') || char(10) || coalesce(province, '') || char(10) || coalesce(postal_code, ''));
