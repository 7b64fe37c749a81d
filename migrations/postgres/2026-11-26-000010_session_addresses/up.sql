-- Where somebody signed in from.
ALTER TABLE store_sessions ADD COLUMN ip_address text;
