//! How much memory the product holds: idle, for each cached session, for a running hash.

use std::thread::available_parallelism;

use super::checks;
use super::people;
use crate::figure::float;
use crate::machine::{Placement, Side};
use crate::report::{Budget, Row, Verdict};
use crate::stage::Stage;
use crate::wrk::Lines;

const CONNECTIONS: u32 = 64;

/// A new process on the seeded store, then all sessions, then sign-ins.
pub(super) fn run(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    stage.restart()?;
    let idle = stage.server.memory()?;

    // Connections, their caches and buffers come with the first sessions.
    let (few, all) = (stage.effort.sessions / 20, stage.effort.sessions);
    let any = checks::load("check_cookie", CONNECTIONS, Lines::Any(few));
    stage.wrk.run(stage.server.port, any, stage.effort.seconds)?;
    let before = stage.server.memory()?;
    stage.wrk.fill(stage.server.port, any, all)?;
    let after = stage.server.memory()?;
    let session = (after.own - before.own) * 1024.0 / float(u64::try_from(all - few)?);

    stage.wrk.run(stage.server.port, people::load(), stage.effort.seconds)?;
    let hashing = stage.server.memory()?;
    let cores = match stage.placement.core(Side::Server) {
        Some(_) => 1,
        None => available_parallelism().map_or(1, usize::from),
    };
    let hash = (hashing.own - after.own) / float(u64::try_from(cores)?);
    debug_assert!(stage.placement != Placement::P1 || cores == 1);
    Ok(vec![Row {
        verdicts: vec![
            Verdict::of("idle MiB", idle.resident, Budget::AtMost(30.0)),
            Verdict::of("KiB a cached session", session, Budget::AtMost(1.5)),
            Verdict::of("MiB a hash, one a core", hash, Budget::AtMost(19.5)),
        ],
        ..stage.row(10, "memory", None)
    }])
}
