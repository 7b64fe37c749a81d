//! How runs end, and why one is not begun.

use anteroom_app::Error;
use anteroom_domain::job::{JobLease, JobRun};
use time::Duration;

use crate::job::AnyJob;

/// How a run ended.
#[derive(Debug)]
pub enum Ended {
    /// Nothing was left to do.
    Done(JobRun),
    /// It failed; the next run tries again.
    Failed(Failure),
    /// It was broken off because the process ends, and given back: the next process can take it at once.
    Stopped,
    /// Another process had taken the job meanwhile.
    LeaseLost,
}

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A use case said so.
    #[error(transparent)]
    Error(#[from] Error),
    /// It was broken off because the process ends, and could not be given back: it is free once its lease is over.
    #[error("the job was broken off and is not given back")]
    NotGivenBack(#[source] Error),
    /// A bug.
    #[error("the job panicked, which is a bug of ours")]
    Panicked,
}

/// A job was not begun.
#[derive(Debug, thiserror::Error)]
pub enum NotBegun {
    /// The runner has no job of that name.
    #[error("there is no such job")]
    Unknown,
    /// Another process runs it, or has died less than a lease ago.
    #[error("the job is run by {}", .0.holder)]
    Held(JobLease),
    /// The database did not say.
    #[error(transparent)]
    Error(#[from] Error),
}

impl Ended {
    /// Tells the operator.
    pub(crate) fn log(&self, job: &AnyJob) {
        let name = job.name();
        match self {
            // Nobody wants to read every few seconds that there was nothing.
            Self::Done(run) if run.swept == 0 && job.period() < Duration::MINUTE => {
                tracing::debug!(job.name = name, "job {name} had nothing to do");
            }
            Self::Done(run) => {
                let (swept, took) = (run.swept, (run.finished_at - run.started_at).whole_milliseconds());
                tracing::info!(job.name = name, job.swept = swept, duration_ms = %took, "job {name} is done");
            }
            Self::Failed(failure) => {
                let error = failure.with_causes();
                tracing::warn!(job.name = name, error, "job {name} failed and will be tried again");
            }
            Self::Stopped => tracing::info!(job.name = name, "job {name} is broken off and given back"),
            Self::LeaseLost => {
                tracing::warn!(job.name = name, "job {name} was held up, and another process has taken it");
            }
        }
    }
}

impl Failure {
    /// What went wrong and each of its causes.
    pub fn with_causes(&self) -> String {
        match self {
            Self::Error(error) => error.with_causes(),
            Self::NotGivenBack(error) => format!("{self}: {}", error.with_causes()),
            Self::Panicked => self.to_string(),
        }
    }
}
