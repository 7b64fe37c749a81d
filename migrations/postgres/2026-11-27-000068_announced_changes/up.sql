-- What a transaction has changed that servers may have in memory; no topics is everything. Rows are removed within a minute. All that
-- look have lost their connection after a crash, and have forgotten everything: an announcement need not wait for the disk.
CREATE UNLOGGED TABLE announced_changes (
    transaction_id xid8 PRIMARY KEY DEFAULT pg_current_xact_id(),
    topics BIGINT[]
);
