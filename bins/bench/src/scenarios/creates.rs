//! `POST /api/customer-sessions/`, against a server that does nothing but grouped inserts.

use crate::figure::Rounds;
use crate::http;
use crate::report::{Budget, Row, Verdict};
use crate::seed::CUSTOMERS;
use crate::stage::{Reference, Stage};
use crate::wrk::{Lines, Load};

const CONNECTIONS: u32 = 64;

/// Many clients at once.
pub(super) fn run(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    let load = load(CONNECTIONS);
    let (one, two) = (ceiling(stage, 1)?, ceiling(stage, 2)?);
    let loads = [(one.port, load), (two.port, load), (stage.server.port, load)];
    let [one, two, product] = stage.measure(loads, stage.effort.seconds)?;
    let ceiling = better(stage, one, two);
    let (budget, p99) = if stage.database.is_sqlite() { (4, 25.0) } else { (3, 15.0) };
    Ok(vec![Row {
        figure: Some(product),
        verdicts: vec![
            Verdict::ratio(
                "rate",
                product.median.rate,
                ("ceiling", ceiling.median.rate),
                Budget::AtLeast(0.60),
            ),
            Verdict::of("p99 ms", product.median.p99, Budget::AtMost(p99)),
        ],
        ..stage.row(budget, "create", Some(CONNECTIONS))
    }])
}

pub(super) fn load(connections: u32) -> Load<'static> {
    Load { script: "create", status: 201, connections, lines: Lines::Any(CUSTOMERS), more: None }
}

/// A ceiling on a new database, which answers as long a body as the product's.
fn ceiling(stage: &Stage<'_>, writers: usize) -> anyhow::Result<Reference> {
    let customers = std::fs::read_to_string(stage.seed.tokens.join("customers"))?;
    let customer = customers.lines().next().unwrap_or_default();
    let authorization = format!("Bearer {}", stage.seed.access_token);
    let body = format!(r#"{{"customer_id":"{customer}","return_url":"https://shop.example.com/account"}}"#);
    let headers = [("authorization", authorization.as_str())];
    let answer =
        http::expect(201, stage.server.port, "POST", "/api/customer-sessions/", &headers, Some(&body))?;
    let database = stage.database.create(&stage.folder.join(format!("ceiling-{writers}")))?;
    let (writers, body) = (writers.to_string(), answer.body.len().to_string());
    stage.reference("ceiling", &["ceiling", "--database", &database, "--writers", &writers, "--body", &body])
}

/// SQLite has one writer; of PostgreSQL the better of one and two.
fn better(stage: &Stage<'_>, one: Rounds, two: Rounds) -> Rounds {
    if stage.database.is_sqlite() || one.median.rate >= two.median.rate { one } else { two }
}
