//! Session checks while sign-ins keep every core busy.

use std::thread;

use anyhow::anyhow;

use super::checks;
use super::people;
use crate::cli::Ask;
use crate::flood::Seen;
use crate::report::{Budget, Row, Verdict};
use crate::stage::{Source, Stage};
use crate::wrk::Lines;

const CONNECTIONS: u32 = 64;

/// Checks at half the rate that the product manages alone, everything everywhere.
pub(super) fn run(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    const NAME: &str = "checks-beside-sign-ins";
    if stage.effort.quick {
        return Ok(vec![Row { left_out: Some("not in --quick"), ..stage.row(9, NAME, Some(CONNECTIONS)) }]);
    }
    let row = stage.everywhere(|stage| {
        let load = checks::load("check_cookie", CONNECTIONS, Lines::Any(stage.effort.sessions));
        stage.wrk.fill(stage.server.port, load, stage.effort.sessions)?;
        let [alone] = stage.measure(&[Source::Served(stage.server.port, load)])?;
        let (port, seconds, wrk) = (stage.server.port, stage.effort.seconds, stage.wrk.clone());
        let (sign_ins, checks) = thread::scope(|scope| {
            // They begin before the checks and end after them.
            let sign_ins = scope.spawn(|| wrk.run(port, people::load(), seconds + 2));
            thread::sleep(std::time::Duration::from_secs(1));
            let checks = stage.flood(Ask::Check, alone.median.rate / 2.0, 256, seconds);
            (sign_ins.join(), checks)
        });
        let sign_ins = sign_ins.map_err(|_panic| anyhow!("sign-ins failed"))??;
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
                Verdict::of("sign-ins a second meanwhile", sign_ins.rate, Budget::Nothing),
            ],
            ..stage.row(9, NAME, Some(CONNECTIONS))
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
