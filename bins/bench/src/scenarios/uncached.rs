//! Session checks that no cache answers: a new process, and each session once.

use crate::figure::{Figure, Rounds};
use crate::raw::pgbench::Script;
use crate::report::{Budget, Row, Verdict};
use crate::stage::{Source, Stage};
use crate::wrk::Lines;

use super::checks::load;

const CONNECTIONS: u32 = 64;

/// `GET /store/customers/me` with cookies.
pub(super) fn cookie(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    uncached(stage, "uncached-cookie", "check_cookie")
}

/// `POST /api/customer-sessions/introspect`.
pub(super) fn introspect(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    uncached(stage, "uncached-introspect", "introspect")
}

/// Against the limit on SQLite, against `pgbench` on PostgreSQL.
fn uncached(stage: &mut Stage<'_>, name: &str, script: &str) -> anyhow::Result<Vec<Row>> {
    let sessions = stage.effort.sessions;
    // These only let the process and its connections get going.
    let warm_up = sessions / 10;
    let (mut products, mut references) = (Vec::new(), Vec::new());
    for _ in 0..stage.effort.rounds {
        references.push(reference(stage)?);
        stage.restart()?;
        let port = stage.server.port;
        stage.wrk.fill(port, load(script, CONNECTIONS, Lines::Any(warm_up)), warm_up)?;
        let once = load(script, CONNECTIONS, Lines::Once(warm_up, sessions - warm_up));
        products.push(stage.once(&Source::Served(port, once))?);
    }
    let (product, reference) = (Rounds::of(&products), Rounds::of(&references));
    let (against, budget) =
        if stage.database.is_sqlite() { ("limit", 0.30) } else { ("raw select c8", 0.40) };
    let reference = (against, reference.median.rate);
    Ok(vec![Row {
        figure: Some(product),
        verdicts: vec![Verdict::ratio("rate", product.median.rate, reference, Budget::AtLeast(budget))],
        ..stage.row(2, name, Some(CONNECTIONS))
    }])
}

fn reference(stage: &Stage<'_>) -> anyhow::Result<Figure> {
    if stage.database.is_sqlite() {
        let limit = stage.check_limit()?;
        let load = load("check_cookie", CONNECTIONS, Lines::Any(stage.effort.sessions));
        stage.wrk.run(limit.port, load, 1)?;
        return stage.once(&Source::Served(limit.port, load));
    }
    stage.once(&Source::Pgbench(&stage.pgbench()?, Script::Read, 8))
}
