//! Rows of jobs.

use anteroom_domain::job::{JobHolder, JobLease, JobOutcome, JobRecord, JobRun};
use diesel::prelude::*;

use crate::StoreError;
use crate::sql::connection::MultiBackend;
use crate::sql::schema::jobs;
use crate::sql::types::DbTime;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = jobs, check_for_backend(MultiBackend), treat_none_as_default_value = false)]
pub(in crate::sql) struct JobRow {
    name: String,
    holder: Option<String>,
    taken_at: Option<DbTime>,
    expires_at: Option<DbTime>,
    runs: i64,
    started_at: Option<DbTime>,
    finished_at: Option<DbTime>,
    outcome: Option<String>,
    swept: Option<i64>,
}

impl JobRow {
    /// A job that is begun for the first time.
    pub(in crate::sql) fn begun(name: &str, lease: &JobLease) -> Self {
        Self {
            name: name.to_owned(),
            holder: Some(lease.holder.as_str().to_owned()),
            taken_at: Some(DbTime(lease.taken_at)),
            expires_at: Some(DbTime(lease.expires_at)),
            runs: 0,
            started_at: None,
            finished_at: None,
            outcome: None,
            swept: None,
        }
    }

    fn lease(&self) -> Result<Option<JobLease>, StoreError> {
        match (&self.holder, self.taken_at, self.expires_at) {
            (None, None, None) => Ok(None),
            (Some(holder), Some(taken_at), Some(expires_at)) => Ok(Some(JobLease {
                holder: JobHolder::from_stored(holder.clone()),
                taken_at: taken_at.0,
                expires_at: expires_at.0,
            })),
            _ => Err(StoreError::Corrupt("lease of a job")),
        }
    }

    fn last_run(&self) -> Result<Option<JobRun>, StoreError> {
        const CORRUPT: StoreError = StoreError::Corrupt("run of a job");
        match (self.started_at, self.finished_at, &self.outcome, self.swept) {
            (None, None, None, None) => Ok(None),
            (Some(started_at), Some(finished_at), Some(outcome), Some(swept)) => Ok(Some(JobRun {
                started_at: started_at.0,
                finished_at: finished_at.0,
                outcome: JobOutcome::parse(outcome).ok_or(CORRUPT)?,
                swept: u64::try_from(swept).ok().ok_or(CORRUPT)?,
            })),
            _ => Err(CORRUPT),
        }
    }
}

impl TryFrom<JobRow> for JobRecord {
    type Error = StoreError;

    fn try_from(row: JobRow) -> Result<Self, StoreError> {
        Ok(Self {
            lease: row.lease()?,
            last_run: row.last_run()?,
            runs: u64::try_from(row.runs).ok().ok_or(StoreError::Corrupt("runs of a job"))?,
            name: row.name,
        })
    }
}
