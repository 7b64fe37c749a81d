//! Jobs, in SQL.

use anteroom_domain::job::{JobHolder, JobLease, JobRecord, JobRun};
use diesel::prelude::*;

use super::rows::JobRow;
use super::schema::jobs;
use super::types::DbTime;
use super::unit::{SqlUnit, UNKEPT};
use crate::{Jobs, StoreError};

/// The lease's columns while nobody has the job.
type Nobody = (Option<&'static str>, Option<DbTime>, Option<DbTime>);

const NOBODY: Nobody = (None, None, None);

impl Jobs for SqlUnit {
    fn jobs(&mut self) -> Result<Vec<JobRecord>, StoreError> {
        let rows: Vec<JobRow> =
            self.read(|c| jobs::table.order(jobs::name.asc()).select(JobRow::as_select()).load(c))?;
        rows.into_iter().map(JobRecord::try_from).collect()
    }

    fn take_job(&mut self, name: &str, seen_runs: u64, lease: &JobLease) -> Result<bool, StoreError> {
        use diesel::query_dsl::methods::FilterDsl;

        let row = JobRow::begun(name, lease);
        let seen_runs = number(seen_runs)?;
        let changes = (
            jobs::holder.eq(lease.holder.as_str()),
            jobs::taken_at.eq(DbTime(lease.taken_at)),
            jobs::expires_at.eq(DbTime(lease.expires_at)),
        );
        // One statement: of two that come at once the second sees what the first has made of the row.
        let free = jobs::holder.is_null().or(jobs::expires_at.le(DbTime(lease.taken_at)));
        let count = self.change(&UNKEPT, |connection| {
            on_backend!(connection, c => diesel::insert_into(jobs::table)
                .values(&row)
                .on_conflict(jobs::name)
                .do_update()
                .set(changes)
                .filter(jobs::runs.eq(seen_runs).and(free))
                .execute(c))
        })?;
        Ok(count == 1)
    }

    fn extend_job(&mut self, name: &str, lease: &JobLease) -> Result<bool, StoreError> {
        let held = jobs::table.filter(jobs::name.eq(name)).filter(jobs::holder.eq(lease.holder.as_str()));
        let until = jobs::expires_at.eq(DbTime(lease.expires_at));
        self.change(&UNKEPT, |c| Ok(diesel::update(held).set(until).execute(c)? == 1))
    }

    fn finish_job(&mut self, name: &str, holder: &JobHolder, run: &JobRun) -> Result<bool, StoreError> {
        let held = jobs::table.filter(jobs::name.eq(name)).filter(jobs::holder.eq(holder.as_str()));
        let (nobody, never, no_end) = NOBODY;
        let changes = (
            jobs::holder.eq(nobody),
            jobs::taken_at.eq(never),
            jobs::expires_at.eq(no_end),
            jobs::runs.eq(jobs::runs + 1),
            jobs::started_at.eq(DbTime(run.started_at)),
            jobs::finished_at.eq(DbTime(run.finished_at)),
            jobs::outcome.eq(run.outcome.as_str()),
            jobs::swept.eq(number(run.swept)?),
        );
        self.change(&UNKEPT, |c| Ok(diesel::update(held).set(changes).execute(c)? == 1))
    }

    fn release_job(&mut self, name: &str, holder: &JobHolder) -> Result<bool, StoreError> {
        let held = jobs::table.filter(jobs::name.eq(name)).filter(jobs::holder.eq(holder.as_str()));
        let (nobody, never, no_end) = NOBODY;
        let changes = (jobs::holder.eq(nobody), jobs::taken_at.eq(never), jobs::expires_at.eq(no_end));
        self.change(&UNKEPT, |c| Ok(diesel::update(held).set(changes).execute(c)? == 1))
    }
}

fn number(count: u64) -> Result<i64, StoreError> {
    i64::try_from(count).map_err(|error| StoreError::Failed(Box::new(error)))
}
