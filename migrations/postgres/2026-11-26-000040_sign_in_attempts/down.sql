DROP TABLE known_addresses;
DROP TABLE failed_attempts;
