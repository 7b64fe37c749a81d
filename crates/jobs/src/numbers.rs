//! What a runner has done, in numbers.

use time::{Duration, OffsetDateTime};

use crate::ended::Ended;

/// What one process has done of one job since it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobNumbers {
    /// The job.
    pub name: &'static str,
    /// Runs that came to their end.
    pub done: u64,
    /// Runs that failed or panicked.
    pub failed: u64,
    /// Runs that were broken off because the process ends.
    pub stopped: u64,
    /// Runs that lost their lease to another process.
    pub lost: u64,
    /// Rows removed, however the runs ended.
    pub swept: u64,
    /// How long the last run took that was done; `None` before the first.
    pub last_duration: Option<Duration>,
    /// When a run was last done; `None` before the first.
    pub last_success_at: Option<OffsetDateTime>,
}

impl JobNumbers {
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            name,
            done: 0,
            failed: 0,
            stopped: 0,
            lost: 0,
            swept: 0,
            last_duration: None,
            last_success_at: None,
        }
    }

    pub(crate) fn count(&mut self, ended: &Ended, swept: u64) {
        self.swept = self.swept.saturating_add(swept);
        match ended {
            Ended::Done(run) => {
                self.done += 1;
                self.last_duration = Some(run.finished_at - run.started_at);
                self.last_success_at = Some(run.finished_at);
            }
            Ended::Failed(_) => self.failed += 1,
            Ended::Stopped => self.stopped += 1,
            Ended::LeaseLost => self.lost += 1,
        }
    }
}
