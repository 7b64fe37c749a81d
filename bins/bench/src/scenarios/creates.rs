//! `POST /api/customer-sessions/`: by many at once, and by one.

use super::ceilings::{self, CONNECTIONS, Ceilings, create};
use crate::raw::pgbench::Script;
use crate::report::{Budget, Row, Verdict};
use crate::stage::{Source, Stage};

/// Many clients.
pub(super) fn many(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    let (ceiling, product) = Ceilings::start(stage)?.measure(stage, create(CONNECTIONS))?;
    let mut verdicts = ceilings::verdicts(stage, ceiling, product, 0.60);
    let budget = if stage.database.is_sqlite() { 4 } else { 3 };
    if !stage.database.is_sqlite() {
        let [raw] = stage.measure(&[Source::Pgbench(&stage.pgbench()?, Script::Insert, 8)])?;
        let raw = ("raw insert c8", raw.median.rate);
        verdicts.push(Verdict::ratio("rate", product.median.rate, raw, Budget::AtLeast(1.7)));
    }
    Ok(vec![ceilings::row(stage, budget, "create", product, verdicts)])
}

/// One client, for whom grouping must not cost time.
pub(super) fn one(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    let product = Source::Served(stage.server.port, create(1));
    let [raw, product] = if stage.database.is_sqlite() {
        stage.measure(&[Source::Raw(&["sqlite-inserts", "--rows", "1"]), product])?
    } else {
        stage.measure(&[Source::Pgbench(&stage.pgbench()?, Script::Insert, 1), product])?
    };
    let raw = ("raw insert", raw.median.p50);
    Ok(vec![Row {
        figure: Some(product),
        verdicts: vec![Verdict::ratio("p50", product.median.p50, raw, Budget::AtMost(1.5))],
        ..stage.row(5, "create-one", Some(1))
    }])
}
