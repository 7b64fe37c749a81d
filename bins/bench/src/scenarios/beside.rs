//! Session checks while sign-ins, or guesses, keep every core busy.

use std::thread;

use anyhow::anyhow;

use super::checks;
use super::people;
use crate::cli::Ask;
use crate::flood::Seen;
use crate::report::{Budget, Row, Verdict};
use crate::stage::{Source, Stage};
use crate::wrk::{Lines, Load};

const CONNECTIONS: u32 = 64;

/// Checks while a few sign in, each after the other.
pub(super) fn sign_ins(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    run(stage, "checks-beside-sign-ins", people::load())
}

/// Checks in a storm of wrong passwords.
pub(super) fn guesses(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    run(stage, "checks-beside-guesses", people::guesses())
}

/// Checks at half the rate that the product manages alone, everything everywhere.
fn run(stage: &mut Stage<'_>, name: &str, beside: Load<'static>) -> anyhow::Result<Vec<Row>> {
    if stage.effort.quick {
        return Ok(vec![Row { left_out: Some("not in --quick"), ..stage.row(9, name, Some(CONNECTIONS)) }]);
    }
    let row = stage.everywhere(|stage| {
        let load = checks::load("check_cookie", CONNECTIONS, Lines::Any(stage.effort.sessions));
        stage.wrk.fill(stage.server.port, load, stage.effort.sessions)?;
        let [alone] = stage.measure(&[Source::Served(stage.server.port, load)])?;
        let before = stage.server.memory()?.own;
        let (port, seconds, wrk) = (stage.server.port, stage.effort.seconds, stage.wrk.clone());
        let (beside, checks) = thread::scope(|scope| {
            // They begin before the checks and end after them.
            let beside = scope.spawn(|| wrk.run(port, beside, seconds + 2));
            thread::sleep(std::time::Duration::from_secs(1));
            let checks = stage.flood(Ask::Check, alone.median.rate / 2.0, 256, seconds);
            (beside.join(), checks)
        });
        let beside = beside.map_err(|_panic| anyhow!("sign-ins failed"))??;
        let checks = all_good(checks?)?;
        Ok(Row {
            verdicts: vec![
                Verdict::of(
                    format!("p99 ms of checks at {:.0}/s", checks.good),
                    checks.p99,
                    Budget::AtMost(10.0),
                ),
                Verdict::ratio(
                    "checks answered",
                    checks.good,
                    ("due", alone.median.rate / 2.0),
                    Budget::AtLeast(0.98),
                ),
                Verdict::of("sign-ins answered a second meanwhile", beside.rate, Budget::Nothing),
                Verdict::of("MiB more meanwhile", stage.server.memory()?.own - before, Budget::Nothing),
            ],
            ..stage.row(9, name, Some(CONNECTIONS))
        })
    })?;
    Ok(vec![row])
}

/// Refuses what was not answered well.
fn all_good(seen: Seen) -> anyhow::Result<Seen> {
    match seen.statuses.iter().find(|(status, _)| **status != 200) {
        None => Ok(seen),
        Some((status, count)) => Err(anyhow!("{count} checks were answered with {status}")),
    }
}
