//! Runners, and jobs that do what a test wants.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anteroom_app::App;
use anteroom_domain::job::{JobHolder, JobRecord};
use anteroom_jobs::{AnyJob, Interruption, Job, JobNumbers, Run, Runner};
use time::Duration;
use tokio::sync::Notify;

/// A runner by the name that the database is to show.
pub(crate) fn runner(app: &App, holder: &str, jobs: Vec<AnyJob>) -> Runner {
    Runner::new(app.clone(), JobHolder::from_stored(holder.to_owned()), jobs)
}

/// What the database knows of a job.
pub(crate) async fn record(app: &App, name: &str) -> Option<JobRecord> {
    app.jobs().await.unwrap().into_iter().find(|record| record.name == name)
}

/// Who has the job.
pub(crate) async fn holder(app: &App, name: &str) -> Option<String> {
    record(app, name).await?.lease.map(|lease| lease.holder.as_str().to_owned())
}

pub(crate) fn numbers(runner: &Runner, name: &str) -> JobNumbers {
    runner.observe().into_iter().find(|numbers| numbers.name == name).unwrap()
}

/// Counts how often it was run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counted(Arc<AtomicUsize>);

impl Counted {
    pub(crate) fn job(&self) -> AnyJob {
        AnyJob::new(self.clone())
    }

    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Job for Counted {
    const NAME: &'static str = "counted";
    const PERIOD: Duration = Duration::HOUR;
    const PURPOSE: &'static str = "counts";

    async fn run(&self, _: &mut Run) -> Result<(), Interruption> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

/// Full batches without end, each of which the test lets pass.
#[derive(Debug, Clone, Default)]
pub(crate) struct Batches {
    begun: Arc<Notify>,
    go_on: Arc<Notify>,
}

impl Batches {
    pub(crate) fn job(&self) -> AnyJob {
        AnyJob::new(self.clone())
    }

    /// Returns once a batch has begun.
    pub(crate) async fn have_begun(&self) {
        self.begun.notified().await;
    }

    /// Ends the batch that has begun.
    pub(crate) fn end_one(&self) {
        self.go_on.notify_one();
    }
}

impl Job for Batches {
    const NAME: &'static str = "batches";
    const PERIOD: Duration = Duration::HOUR;
    const PURPOSE: &'static str = "goes on";

    async fn run(&self, run: &mut Run) -> Result<(), Interruption> {
        run.sweep(|_, limit| async move {
            self.begun.notify_one();
            self.go_on.notified().await;
            Ok(u64::from(limit))
        })
        .await
    }
}
