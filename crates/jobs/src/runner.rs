//! Looks which jobs are due and runs them, one after the other.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration as Wait;

use anteroom_app::{App, Error};
use anteroom_domain::job::{JobHolder, JobLease, JobOutcome, JobRecord};
use futures_util::future::{FutureExt, select};
use time::{Duration, OffsetDateTime};
use tokio::sync::watch;

use crate::ended::{Ended, Failure, NotBegun};
use crate::job::AnyJob;
use crate::numbers::JobNumbers;
use crate::run::{Interruption, Run};

/// The longest time between two looks. It is how late a job is taken that another process gave back or left behind.
const LONGEST_WAIT: Duration = Duration::MINUTE;
/// The shortest, should something that is due not go away.
const SHORTEST_WAIT: Duration = Duration::SECOND;
/// Up to so many milliseconds are added by chance, so that processes that wait for the same moment do not ask at once.
const JITTER: u64 = 5_000;

/// Runs jobs for one process. A clone is the same runner.
#[derive(Debug, Clone)]
pub struct Runner(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    app: App,
    holder: JobHolder,
    jobs: Vec<AnyJob>,
    stop: watch::Sender<bool>,
    numbers: Mutex<Vec<JobNumbers>>,
    /// Whether the log has been told that nobody can tell what is due.
    is_blind: AtomicBool,
}

impl Runner {
    /// A runner that has not begun. `holder` is what others see in the database.
    pub fn new(app: App, holder: JobHolder, jobs: Vec<AnyJob>) -> Self {
        let numbers = Mutex::new(jobs.iter().map(|job| JobNumbers::new(job.name())).collect());
        let (stop, _) = watch::channel(false);
        Self(Arc::new(Inner { app, holder, jobs, stop, numbers, is_blind: AtomicBool::new(false) }))
    }

    /// Runs what is due, and again after `wait`, until it is [stopped](Self::stop). Nothing that a job does ends it.
    pub async fn run<W: Future<Output = ()>>(&self, wait: impl Fn(Wait) -> W) {
        let mut stop = self.0.stop.subscribe();
        while !self.is_stopping() {
            let pause = self.run_due().await;
            let asked = pin!(stop.wait_for(|asked| *asked));
            select(asked, pin!(wait(pause))).await;
        }
    }

    /// Asks the runner to stop: a run under way ends after its batch, is given back unfinished, and no other is begun.
    pub fn stop(&self) {
        self.0.stop.send_replace(true);
    }

    /// Runs every job that is due and that nobody else has; how long to wait until the next look.
    pub async fn run_due(&self) -> Wait {
        match self.look_and_run().await {
            Ok(pause) => {
                self.0.is_blind.store(false, Ordering::Relaxed);
                pause
            }
            Err(error) => {
                // Said once, not each minute: whoever has taken the database away knows.
                if !self.0.is_blind.swap(true, Ordering::Relaxed) {
                    let error = error.with_causes();
                    tracing::warn!(
                        error,
                        "cannot tell which jobs are due: none is run until the database answers"
                    );
                }
                self.pause(LONGEST_WAIT)
            }
        }
    }

    /// Runs a job now, due or not, unless somebody else does.
    pub async fn run_now(&self, name: &str) -> Result<Ended, NotBegun> {
        let job = self.0.jobs.iter().find(|job| job.name() == name).ok_or(NotBegun::Unknown)?;
        loop {
            let records = self.0.app.jobs().await?;
            let record = record_of(job, &records);
            if let Some(lease) = record.and_then(|record| record.lease.as_ref())
                && lease.is_live(self.0.app.now())
            {
                return Err(NotBegun::Held(lease.clone()));
            }
            // Whoever was faster has it now, or has ended another run, and it can be taken after that.
            if let Some(ended) = self.attempt(job, record).await? {
                return Ok(ended);
            }
        }
    }

    /// What it has done so far, a line for each job.
    pub fn observe(&self) -> Vec<JobNumbers> {
        self.0.numbers.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn is_stopping(&self) -> bool {
        *self.0.stop.borrow()
    }

    async fn look_and_run(&self) -> Result<Wait, Error> {
        let mut records = self.0.app.jobs().await?;
        for job in &self.0.jobs {
            let record = record_of(job, &records);
            let now = self.0.app.now();
            let is_due = due_at(job, record, now).is_none_or(|due| due <= now);
            if is_due && !self.is_stopping() {
                if let Some(ended) = self.attempt(job, record).await? {
                    ended.log(job);
                }
                // A run may have taken long enough for others to have run what comes next.
                records = self.0.app.jobs().await?;
            }
        }
        let now = self.0.app.now();
        let next =
            self.0.jobs.iter().map(|job| due_at(job, record_of(job, &records), now).unwrap_or(now)).min();
        Ok(self.pause(next.map_or(LONGEST_WAIT, |next| next - now)))
    }

    fn pause(&self, until: Duration) -> Wait {
        let chance = u64::from(u16::from_be_bytes(self.0.app.random().bytes()));
        let until = until.clamp(SHORTEST_WAIT, LONGEST_WAIT).unsigned_abs();
        until + Wait::from_millis((chance * JITTER) >> 16)
    }

    /// Takes the job, runs it and gives it back; `None` when somebody else has it or has just run it.
    async fn attempt(&self, job: &AnyJob, record: Option<&JobRecord>) -> Result<Option<Ended>, Error> {
        let Inner { app, holder, stop, .. } = &*self.0;
        let seen_runs = record.map_or(0, |record| record.runs);
        let Some(lease) = app.take_job(job.name(), seen_runs, holder.clone()).await? else { return Ok(None) };
        let mut run = Run::new(app.clone(), job.name(), lease.clone(), stop.subscribe());
        let result = AssertUnwindSafe(job.run(&mut run)).catch_unwind().await;
        let ended = self.give_back(job, lease, result, run.swept()).await;
        let mut numbers = self.0.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(numbers) = numbers.iter_mut().find(|numbers| numbers.name == job.name()) {
            numbers.count(&ended, run.swept());
        }
        Ok(Some(ended))
    }

    /// What cannot be given back, because the database is away, is free once the lease is over.
    async fn give_back<P>(
        &self,
        job: &AnyJob,
        lease: JobLease,
        result: Result<Result<(), Interruption>, P>,
        swept: u64,
    ) -> Ended {
        let (app, name) = (&self.0.app, job.name());
        let failure = match result {
            Ok(Ok(())) => match app.finish_job(name, lease, JobOutcome::Done, swept).await {
                Ok(Some(run)) => return Ended::Done(run),
                Ok(None) => return Ended::LeaseLost,
                Err(error) => return Ended::Failed(Failure::Error(error)),
            },
            Ok(Err(Interruption::Stopped)) => {
                return match app.release_job(name, lease).await {
                    Ok(()) => Ended::Stopped,
                    Err(error) => Ended::Failed(Failure::NotGivenBack(error)),
                };
            }
            Ok(Err(Interruption::LeaseLost)) => return Ended::LeaseLost,
            Ok(Err(Interruption::Failed(error))) => Failure::Error(error),
            Err(_panic) => Failure::Panicked,
        };
        match app.finish_job(name, lease, JobOutcome::Failed, swept).await {
            Ok(Some(_)) => {}
            Ok(None) => tracing::warn!(job.name = name, "another process has taken job {name} that failed"),
            Err(error) => {
                let error = error.with_causes();
                tracing::warn!(job.name = name, error, "the failure of job {name} is not written down");
            }
        }
        Ended::Failed(failure)
    }
}

fn record_of<'a>(job: &AnyJob, records: &'a [JobRecord]) -> Option<&'a JobRecord> {
    records.iter().find(|record| record.name == job.name())
}

/// `None` is at once. So is a moment further ahead than any run can have put it: a clock has gone wrong since, or before.
fn due_at(job: &AnyJob, record: Option<&JobRecord>, now: OffsetDateTime) -> Option<OffsetDateTime> {
    let due = record.and_then(|record| record.due_at(job.period()))?;
    (due <= now + job.period().max(JobLease::LIFE)).then_some(due)
}
