//! Who runs which job: the leases, by this app's clock. What jobs do is in `sweeps.rs`.

use anteroom_domain::job::{JobHolder, JobLease, JobOutcome, JobRecord, JobRun};
use anteroom_store::{Mode, Unit};

use crate::{App, Error};

impl App {
    /// Every job that was begun at least once, in the order of their names.
    pub async fn jobs(&self) -> Result<Vec<JobRecord>, Error> {
        self.in_background(Mode::Read, |unit| Ok(unit.jobs()?)).await
    }

    /// Takes a job from now on.
    ///
    /// `None` when somebody else has it, or when other than `seen_runs` runs have ended: it was run since the caller saw
    /// that it is due.
    pub async fn take_job(
        &self,
        name: &'static str,
        seen_runs: u64,
        holder: JobHolder,
    ) -> Result<Option<JobLease>, Error> {
        let now = self.now();
        let lease = JobLease { holder, taken_at: now, expires_at: now + JobLease::LIFE };
        self.in_background(Mode::Write, move |unit| {
            Ok(unit.take_job(name, seen_runs, &lease)?.then_some(lease))
        })
        .await
    }

    /// Makes a lease last from now on as long as a new one; `None` when somebody else has taken the job meanwhile.
    pub async fn extend_job(&self, name: &'static str, lease: JobLease) -> Result<Option<JobLease>, Error> {
        let lease = JobLease { expires_at: self.now() + JobLease::LIFE, ..lease };
        self.in_background(Mode::Write, move |unit| Ok(unit.extend_job(name, &lease)?.then_some(lease))).await
    }

    /// Gives a job back whose run ends now; `None` when somebody else has taken it meanwhile.
    pub async fn finish_job(
        &self,
        name: &'static str,
        lease: JobLease,
        outcome: JobOutcome,
        swept: u64,
    ) -> Result<Option<JobRun>, Error> {
        let run = JobRun { started_at: lease.taken_at, finished_at: self.now(), outcome, swept };
        self.in_background(Mode::Write, move |unit| {
            Ok(unit.finish_job(name, &lease.holder, &run)?.then_some(run))
        })
        .await
    }

    /// Gives a job back that was not finished: it is due as it was before. Nothing happens when somebody else has taken it
    /// meanwhile.
    pub async fn release_job(&self, name: &'static str, lease: JobLease) -> Result<(), Error> {
        self.in_background(Mode::Write, move |unit| {
            unit.release_job(name, &lease.holder)?;
            Ok(())
        })
        .await
    }

    /// Runs one unit of work that no request waits for.
    pub(crate) async fn in_background<T: Send + 'static>(
        &self,
        mode: Mode,
        work: impl FnOnce(&mut dyn Unit) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.doors().db_in_background(mode, work).await
    }
}
