//! One run of a job, as the job sees it.

use anteroom_app::{App, Error};
use anteroom_domain::job::JobLease;
use tokio::sync::watch;

/// How many rows a sweep removes in one unit of work: some tens of milliseconds.
pub const BATCH: u32 = 500;

/// One run: what the job works with, and when it should stop.
#[derive(Debug)]
pub struct Run {
    app: App,
    name: &'static str,
    lease: JobLease,
    stop: watch::Receiver<bool>,
    swept: u64,
}

/// Why a run ends before its work is done.
#[derive(Debug)]
pub enum Interruption {
    /// The process ends.
    Stopped,
    /// The run was held up for so long that its lease expired and another process took the job.
    LeaseLost,
    /// The work failed.
    Failed(Error),
}

impl From<Error> for Interruption {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Run {
    pub(crate) fn new(app: App, name: &'static str, lease: JobLease, stop: watch::Receiver<bool>) -> Self {
        Self { app, name, lease, stop, swept: 0 }
    }

    /// The use cases.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Calls `batch` with [`BATCH`] until it removes fewer rows than that; between two it looks whether to
    /// [`go_on`](Self::go_on).
    pub async fn sweep<F>(&mut self, batch: impl Fn(App, u32) -> F + Send) -> Result<(), Interruption>
    where
        F: Future<Output = Result<u64, Error>> + Send,
    {
        self.repeat(BATCH, batch).await
    }

    /// As [`sweep`](Self::sweep), so many at a time.
    pub async fn repeat<F>(
        &mut self,
        limit: u32,
        batch: impl Fn(App, u32) -> F + Send,
    ) -> Result<(), Interruption>
    where
        F: Future<Output = Result<u64, Error>> + Send,
    {
        loop {
            let swept = batch(self.app.clone(), limit).await?;
            self.swept = self.swept.saturating_add(swept);
            if swept < u64::from(limit) {
                return Ok(());
            }
            self.go_on().await?;
        }
    }

    /// To be asked between two pieces of work: extends the lease once half of it is over, and says when to end the run.
    pub async fn go_on(&mut self) -> Result<(), Interruption> {
        if *self.stop.borrow() {
            return Err(Interruption::Stopped);
        }
        if self.lease.expires_at - self.app.now() > JobLease::LIFE / 2 {
            return Ok(());
        }
        let extended = self.app.extend_job(self.name, self.lease.clone()).await?;
        self.lease = extended.ok_or(Interruption::LeaseLost)?;
        Ok(())
    }

    /// How many rows were removed so far.
    pub(crate) fn swept(&self) -> u64 {
        self.swept
    }
}
