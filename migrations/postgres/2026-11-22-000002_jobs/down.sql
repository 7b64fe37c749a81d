DROP INDEX store_sessions_revocation;
DROP INDEX store_sessions_expiry;
DROP INDEX portal_entries_expiry;
DROP INDEX customer_sessions_expiry;
DROP TABLE jobs;
