//! Jobs: who runs them, and how the last run ended.

use anteroom_domain::job::{JobHolder, JobLease, JobRecord, JobRun};

use crate::StoreError;

/// Leases of jobs. Of all that share the database one holder at a time runs a job of a name.
pub trait Jobs {
    /// Every job that was begun at least once, in the order of their names.
    fn jobs(&mut self) -> Result<Vec<JobRecord>, StoreError>;

    /// Takes a job from `lease.taken_at` on.
    ///
    /// `false` when somebody's lease is live then, or when other than `seen_runs` runs have ended: whoever saw the job due
    /// before that run has no reason to run it any more.
    fn take_job(&mut self, name: &str, seen_runs: u64, lease: &JobLease) -> Result<bool, StoreError>;

    /// Puts the lease's end to `lease.expires_at`; `false` when somebody else has taken the job meanwhile.
    fn extend_job(&mut self, name: &str, lease: &JobLease) -> Result<bool, StoreError>;

    /// Gives the job back with how the run ended; `false` when somebody else has taken it meanwhile.
    fn finish_job(&mut self, name: &str, holder: &JobHolder, run: &JobRun) -> Result<bool, StoreError>;

    /// Gives the job back as it was before it was taken; `false` when somebody else has taken it meanwhile.
    fn release_job(&mut self, name: &str, holder: &JobHolder) -> Result<bool, StoreError>;
}
