//! `docs/jobs.md` says what the code does.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeMap;
use std::path::Path;

use anteroom_domain::password_reset::PasswordReset;
use anteroom_domain::session::{CustomerSession, StoreSession};
use anteroom_domain::sign_in::KnownAddress;
use anteroom_jobs::AnyJob;
use time::Duration;

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/jobs.md");
    std::fs::read_to_string(path).unwrap()
}

fn every(period: Duration) -> String {
    match period.whole_hours() {
        0 => format!("{} s", period.whole_seconds()),
        hours => format!("{hours} h"),
    }
}

#[test]
fn the_page_lists_every_job_as_it_is() {
    let kept: BTreeMap<_, _> = [
        ("deliver-mail", Duration::ZERO),
        ("index-customers", Duration::ZERO),
        ("rotate-signing-keys", Duration::ZERO),
        ("sweep-customer-sessions", CustomerSession::KEPT),
        ("sweep-idempotent-answers", Duration::ZERO),
        ("sweep-password-resets", PasswordReset::KEPT),
        ("sweep-sign-in-attempts", KnownAddress::KEPT),
        ("sweep-store-sessions", StoreSession::KEPT),
    ]
    .into();
    let row = |job: &AnyJob| {
        let days = kept.get(job.name()).unwrap().whole_days();
        format!("| `{}` | {} | {} | {days} d |", job.name(), every(job.period()), job.purpose())
    };
    let expected: Vec<_> = anteroom_jobs::all().iter().map(row).collect();
    let page = page();
    let listed: Vec<_> = page.lines().filter(|line| line.starts_with("| `")).collect();
    assert_eq!(listed, expected);
}

#[test]
fn the_loop_for_cron_runs_every_job() {
    let names: Vec<_> = anteroom_jobs::all().iter().map(AnyJob::name).collect();
    let line = format!("for job in {}; do", names.join(" "));
    assert!(page().contains(&line), "{line}");
}

#[test]
fn names_are_in_order_and_different() {
    let names: Vec<_> = anteroom_jobs::all().iter().map(AnyJob::name).collect();
    assert!(names.is_sorted_by(|one, next| one < next), "{names:?}");
}
