//! Work that nobody asks for: it is done from time to time, by one process of all that share a database.

use std::fmt;

use time::{Duration, OffsetDateTime};

use crate::clock::Random;

/// Who runs jobs: one process, by a name that people can find it by and that no other process has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobHolder(Box<str>);

impl JobHolder {
    /// A new name, `HOST/PROCESS/RANDOM`: process numbers come again, and in containers they are all the same.
    ///
    /// Of the host's name only letters, digits, dots and hyphens are taken, 63 at most.
    pub fn new(host: &str, process: u32, random: &dyn Random) -> Self {
        let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        let host: String = host.chars().filter(is_plain).take(63).collect();
        let drawn = u32::from_be_bytes(random.bytes());
        Self(format!("{host}/{process}/{drawn:08x}").into())
    }

    /// A name that was stored.
    pub fn from_stored(name: String) -> Self {
        Self(name.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for JobHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The right to run a job, which ends by itself: so a process that dies leaves no job behind for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobLease {
    /// Who has it.
    pub holder: JobHolder,
    /// Since when.
    pub taken_at: OffsetDateTime,
    /// From this moment others may take it.
    pub expires_at: OffsetDateTime,
}

impl JobLease {
    /// How long one lasts from when it was taken or extended.
    pub const LIFE: Duration = Duration::minutes(5);

    /// Whether others may not take the job at `now`.
    pub fn is_live(&self, now: OffsetDateTime) -> bool {
        now < self.expires_at
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobOutcome {
    /// Nothing was left to do.
    Done,
    /// It gave up; the next run tries again.
    Failed,
}

impl JobOutcome {
    /// The name in SQL, in JSON and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    /// The outcome of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Done, Self::Failed].into_iter().find(|outcome| outcome.as_str() == text)
    }
}

/// A run that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobRun {
    /// When it began.
    pub started_at: OffsetDateTime,
    /// When it ended.
    pub finished_at: OffsetDateTime,
    /// How.
    pub outcome: JobOutcome,
    /// How many rows it swept, those that went with their parents not counted.
    pub swept: u64,
}

/// What is known of a job that was begun at least once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRecord {
    /// The job.
    pub name: String,
    /// Who runs it, or has died while running it.
    pub lease: Option<JobLease>,
    /// How many runs have ended.
    pub runs: u64,
    /// The last of them; `None` before the first.
    pub last_run: Option<JobRun>,
}

impl JobRecord {
    /// When a job of that period should be begun; `None` is at once.
    ///
    /// A lease that has expired is a run that never ended, which is due again whatever came before.
    pub fn due_at(&self, period: Duration) -> Option<OffsetDateTime> {
        match &self.lease {
            Some(lease) => Some(lease.expires_at),
            None => self.last_run.map(|run| run.finished_at + period),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[derive(Debug)]
    struct Sevens;

    impl Random for Sevens {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    #[test]
    fn a_name_has_nothing_of_the_host_that_would_not_do_on_a_line() {
        let name = JobHolder::new("web-1.shop\n\u{1b}[0m ü", 17, &Sevens);
        assert_eq!(name.as_str(), "web-1.shop0m/17/07070707");
        assert_eq!(JobHolder::new(&"h".repeat(300), 1, &Sevens).as_str().len(), 63 + 11);
    }

    #[test]
    fn a_job_is_due_after_its_period_or_when_the_lease_of_a_dead_process_is_over() {
        let noon = datetime!(2026-01-01 12:00 UTC);
        let run = JobRun { started_at: noon, finished_at: noon, outcome: JobOutcome::Failed, swept: 0 };
        let holder = JobHolder::new("h", 1, &Sevens);
        let lease = JobLease { holder, taken_at: noon, expires_at: noon + JobLease::LIFE };
        let record = |lease, last_run| JobRecord { name: "j".to_owned(), lease, runs: 0, last_run };
        assert_eq!(record(None, None).due_at(Duration::HOUR), None);
        assert_eq!(record(None, Some(run)).due_at(Duration::HOUR), Some(noon + Duration::HOUR));
        let left_behind = record(Some(lease.clone()), Some(run)).due_at(Duration::HOUR);
        assert_eq!(left_behind, Some(noon + Duration::minutes(5)));
        assert!(lease.is_live(noon) && !lease.is_live(noon + JobLease::LIFE));
    }
}
