//! What this process has done of the jobs.

use std::fmt;

use anteroom_http::metrics::Families;
use anteroom_jobs::JobNumbers;

pub(super) fn write(jobs: &[JobNumbers], families: &mut Families<'_>) -> fmt::Result {
    families.counter(
        "anteroom_job_runs",
        "Runs of a job that ended here, by how",
        jobs.iter().flat_map(|job| {
            [("done", job.done), ("failed", job.failed), ("stopped", job.stopped), ("lost", job.lost)]
                .map(|(outcome, runs)| ([("job", job.name), ("outcome", outcome)], runs))
        }),
    )?;
    families.counter(
        "anteroom_job_rows_swept",
        "Rows that a job removed here",
        jobs.iter().map(|job| ([("job", job.name)], job.swept)),
    )?;
    families.gauge(
        "anteroom_job_last_duration_seconds",
        "How long the last run took that was done here",
        jobs.iter().filter_map(|job| Some(([("job", job.name)], job.last_duration?.as_seconds_f64()))),
    )?;
    families.gauge(
        "anteroom_job_last_success_time_seconds",
        "When a run was last done here, in seconds since 1970",
        jobs.iter().filter_map(|job| Some(([("job", job.name)], job.last_success_at?.unix_timestamp()))),
    )
}
