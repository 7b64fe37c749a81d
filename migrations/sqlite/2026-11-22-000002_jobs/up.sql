-- One row for a job that has ever been begun: who runs it now, and how its last run ended.
CREATE TABLE jobs (
  name TEXT NOT NULL PRIMARY KEY,
  -- The lease; all three are null while nobody runs the job.
  holder TEXT,
  taken_at INTEGER,
  expires_at INTEGER,
  -- How many runs have ended. Who takes the job says how many they had seen, so that none of two who saw it due runs it
  -- right after the other.
  runs INTEGER NOT NULL,
  -- The last of them; all four are null before the first.
  started_at INTEGER,
  finished_at INTEGER,
  outcome TEXT,
  swept INTEGER
) STRICT;

-- What the sweeps search by: when a row was over.
CREATE INDEX customer_sessions_expiry ON customer_sessions (expires_at);
CREATE INDEX portal_entries_expiry ON portal_entries (expires_at);
CREATE INDEX store_sessions_expiry ON store_sessions (expires_at);
CREATE INDEX store_sessions_revocation ON store_sessions (revoked_at) WHERE revoked_at IS NOT NULL;
