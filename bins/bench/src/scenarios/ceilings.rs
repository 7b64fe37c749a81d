//! Servers that do nothing but grouped inserts, which everything that writes a session is compared with.

use crate::figure::{Figure, Rounds};
use crate::http;
use crate::report::{Budget, Row, Verdict};
use crate::seed::CUSTOMERS;
use crate::stage::{Reference, Source, Stage};
use crate::wrk::{Lines, Load};

/// How many ask at once.
pub(super) const CONNECTIONS: u32 = 64;

/// `POST /api/customer-sessions/` for any customer.
pub(super) fn create(connections: u32) -> Load<'static> {
    Load { script: "create", status: "201", connections, lines: Lines::Any(CUSTOMERS), more: None }
}

/// With one writer and with two, each on a new database.
pub(super) struct Ceilings {
    one: Reference,
    two: Reference,
}

impl Ceilings {
    /// They answer as long a body as the product's.
    pub(super) fn start(stage: &Stage<'_>) -> anyhow::Result<Self> {
        let length = length_of_an_answer(stage)?;
        Ok(Self { one: ceiling(stage, "1", length)?, two: ceiling(stage, "2", length)? })
    }

    /// Both, measured in turn with the product; of the ceilings the better one counts. SQLite has one writer, whatever
    /// it is given.
    pub(super) fn measure(&self, stage: &Stage<'_>, load: Load<'_>) -> anyhow::Result<(Rounds, Rounds)> {
        let create = create(load.connections);
        let [one, two, product] = stage.measure(&[
            Source::Served(self.one.port, create),
            Source::Served(self.two.port, create),
            Source::Served(stage.server.port, load),
        ])?;
        let one_is_better = stage.database.is_sqlite() || one.median.rate >= two.median.rate;
        Ok((if one_is_better { one } else { two }, product))
    }

    /// One measurement of the better one.
    pub(super) fn once(&self, stage: &Stage<'_>) -> anyhow::Result<Figure> {
        let one = stage.once(&Source::Served(self.one.port, create(CONNECTIONS)))?;
        if stage.database.is_sqlite() {
            return Ok(one);
        }
        let two = stage.once(&Source::Served(self.two.port, create(CONNECTIONS)))?;
        Ok(if one.rate >= two.rate { one } else { two })
    }
}

fn ceiling(stage: &Stage<'_>, writers: &str, length: usize) -> anyhow::Result<Reference> {
    let folder = stage.folder.join(format!("ceiling-{writers}"));
    drop(std::fs::remove_dir_all(&folder));
    let database = stage.database.create(&folder)?;
    let length = length.to_string();
    stage.reference(&["ceiling", "--database", &database, "--writers", writers, "--body", &length])
}

fn length_of_an_answer(stage: &Stage<'_>) -> anyhow::Result<usize> {
    let customers = std::fs::read_to_string(stage.seed.tokens.join("customers"))?;
    let customer = customers.lines().next().unwrap_or_default();
    let authorization = format!("Bearer {}", stage.seed.access_token);
    let body = format!(r#"{{"customer_id":"{customer}","return_url":"https://shop.example.com/account"}}"#);
    let headers = [("authorization", authorization.as_str())];
    let path = "/api/customer-sessions/";
    Ok(http::expect(201, stage.server.port, "POST", path, &headers, Some(&body))?.body.len())
}

/// What a durable write of a session is held to: a part of the ceiling, and a time.
pub(super) fn verdicts(stage: &Stage<'_>, ceiling: Rounds, product: Rounds, part: f64) -> Vec<Verdict> {
    let p99 = if stage.database.is_sqlite() { 25.0 } else { 15.0 };
    vec![
        Verdict::ratio("rate", product.median.rate, ("ceiling", ceiling.median.rate), Budget::AtLeast(part)),
        Verdict::of("p99 ms", product.median.p99, Budget::AtMost(p99)),
    ]
}

/// A row of a durable write of a session.
pub(super) fn row(
    stage: &Stage<'_>,
    budget: u32,
    name: &str,
    product: Rounds,
    verdicts: Vec<Verdict>,
) -> Row {
    Row { figure: Some(product), verdicts, ..stage.row(budget, name, Some(CONNECTIONS)) }
}
