//! Session checks from the cache: by cookie, by JWT, by introspection.

use crate::report::{Budget, Row, Verdict};
use crate::stage::{Source, Stage};
use crate::wrk::{Lines, Load};

/// `GET /store/customers/me` with cookies.
pub(super) fn cookie(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    Ok(vec![check(stage, "check-cookie", "check_cookie", 64)?])
}

/// The same with JWTs.
pub(super) fn bearer(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    Ok(vec![check(stage, "check-bearer", "check_bearer", 64)?])
}

/// `POST /api/customer-sessions/introspect`.
pub(super) fn introspect(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    Ok(vec![
        check(stage, "check-introspect", "introspect", 64)?,
        check(stage, "check-introspect", "introspect", 8)?,
    ])
}

/// A check of any of the sessions.
pub(super) fn load(script: &str, connections: u32, lines: Lines) -> Load<'_> {
    Load { script, status: "200", connections, lines, more: None }
}

/// Any of all sessions, each of which was seen before, against the limit with cookies.
fn check(stage: &Stage<'_>, name: &str, script: &str, connections: u32) -> anyhow::Result<Row> {
    let lines = Lines::Any(stage.effort.sessions);
    let limit = stage.check_limit()?;
    stage.wrk.fill(stage.server.port, load(script, connections, lines), stage.effort.sessions)?;
    let [limit, product] = stage.measure(&[
        Source::Served(limit.port, load("check_cookie", connections, lines)),
        Source::Served(stage.server.port, load(script, connections, lines)),
    ])?;
    Ok(Row {
        figure: Some(product),
        verdicts: vec![
            Verdict::ratio("rate", product.median.rate, ("limit", limit.median.rate), Budget::AtLeast(0.70)),
            Verdict::ratio("p99", product.median.p99, ("limit", limit.median.p99), Budget::AtMost(2.0)),
        ],
        ..stage.row(1, name, Some(connections))
    })
}
