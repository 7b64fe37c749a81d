//! The process as the system sees it, under the names that Prometheus gives such families.

use std::fmt;
use std::time::Duration;

use anteroom_http::metrics::Families;
use procfs::process::{LimitValue, Process, Stat};

/// Writes what the system tells; what it does not tell has no sample.
pub(super) fn write(families: &mut Families<'_>) -> fmt::Result {
    let process = Process::myself().ok();
    let process = process.as_ref();
    let stat = process.and_then(|process| process.stat().ok());
    let stat = stat.as_ref();
    families.gauge(
        "process_resident_memory_bytes",
        "Memory that is in use",
        stat.map(|stat| ([], stat.rss.saturating_mul(procfs::page_size()))),
    )?;
    families.gauge(
        "process_virtual_memory_bytes",
        "Memory that is addressed",
        stat.map(|stat| ([], stat.vsize)),
    )?;
    families.gauge(
        "process_open_fds",
        "Files and connections that are open",
        process.and_then(|process| process.fd_count().ok()).map(|count| ([], count)),
    )?;
    families.gauge(
        "process_max_fds",
        "Files and connections that may be open",
        process.and_then(most_files).map(|count| ([], count)),
    )?;
    families.counter(
        "process_cpu_seconds",
        "Processor time that was spent",
        stat.map(|stat| ([], seconds(stat.utime.saturating_add(stat.stime)).as_secs_f64())),
    )?;
    families.gauge(
        "process_start_time_seconds",
        "When the process was started, in seconds since 1970",
        stat.and_then(started).map(|at| ([], at.as_secs_f64())),
    )
}

/// `None` when there is no limit.
fn most_files(process: &Process) -> Option<u64> {
    match process.limits().ok()?.max_open_files.soft_limit {
        LimitValue::Value(count) => Some(count),
        LimitValue::Unlimited => None,
    }
}

fn started(stat: &Stat) -> Option<Duration> {
    Some(Duration::from_secs(procfs::boot_time_secs().ok()?) + seconds(stat.starttime))
}

/// The system counts processor time in ticks, of which a second has a hundred or so.
fn seconds(ticks: u64) -> Duration {
    let millis = ticks.saturating_mul(1000).checked_div(procfs::ticks_per_second());
    Duration::from_millis(millis.unwrap_or_default())
}
