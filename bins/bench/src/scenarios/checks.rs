//! Session checks: by cookie, by JWT, by introspection; answered from the cache.

use crate::report::{Budget, Row, Verdict};
use crate::stage::Stage;
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

/// Any of all sessions, each of which was seen before, against the limit with cookies.
fn check(stage: &Stage<'_>, name: &str, script: &str, connections: u32) -> anyhow::Result<Row> {
    let sessions = stage.effort.sessions;
    let load = |script| Load { script, status: 200, connections, lines: Lines::Any(sessions), more: None };
    let limit = stage.check_limit()?;
    stage.wrk.fill(stage.server.port, load(script), sessions)?;
    let loads = [(limit.port, load("check_cookie")), (stage.server.port, load(script))];
    let [limit, product] = stage.measure(loads, stage.effort.seconds)?;
    Ok(Row {
        figure: Some(product),
        verdicts: vec![
            Verdict::ratio("rate", product.median.rate, ("limit", limit.median.rate), Budget::AtLeast(0.70)),
            Verdict::ratio("p99", product.median.p99, ("limit", limit.median.p99), Budget::AtMost(2.0)),
        ],
        ..stage.row(1, name, Some(connections))
    })
}
