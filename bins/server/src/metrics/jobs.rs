//! What this process has done of each job.

use std::fmt;

use anteroom_http::metrics::Families;
use anteroom_jobs::JobNumbers;
use time::OffsetDateTime;

/// Writes the numbers of a runner. A job that was never done here has no last run.
pub(super) fn write(numbers: &[JobNumbers], families: &mut Families<'_>) -> fmt::Result {
    families.counter(
        "anteroom_job_runs",
        "Runs of a job that this process ended, by how",
        numbers.iter().flat_map(|job| {
            let outcomes = [
                ("done", job.done),
                ("failed", job.failed),
                ("stopped", job.stopped),
                ("lease_lost", job.lost),
            ];
            outcomes.map(|(outcome, runs)| ([("job", job.name), ("outcome", outcome)], runs))
        }),
    )?;
    families.counter(
        "anteroom_job_rows_removed",
        "Rows that runs of a job removed",
        numbers.iter().map(|job| ([("job", job.name)], job.swept)),
    )?;
    families.gauge(
        "anteroom_job_last_duration_seconds",
        "Time that the last run took that was done",
        numbers.iter().filter_map(|job| Some(([("job", job.name)], job.last_duration?.as_seconds_f64()))),
    )?;
    families.gauge(
        "anteroom_job_last_success_timestamp_seconds",
        "When a run was last done, in seconds since 1970",
        numbers.iter().filter_map(|job| {
            let since_1970 = job.last_success_at? - OffsetDateTime::UNIX_EPOCH;
            Some(([("job", job.name)], since_1970.as_seconds_f64()))
        }),
    )
}
