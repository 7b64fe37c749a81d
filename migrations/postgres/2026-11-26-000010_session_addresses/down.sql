ALTER TABLE store_sessions DROP COLUMN ip_address;
