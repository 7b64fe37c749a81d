//! Ten times what the product can do: what it still does, what it says, and how soon it is well again.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::{ceilings, people};
use crate::cli::Ask;
use crate::http;
use crate::report::{Budget, Row, Verdict};
use crate::stage::{Source, Stage};
use crate::wrk::Load;

/// How many may wait for an answer: more than fit into any queue of the product.
const CONNECTIONS: u32 = 3_000;

/// Creations.
pub(super) fn create(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    overload(stage, "overload-create", Ask::Create, ceilings::create(64), Duration::from_millis(100))
}

/// Sign-ins.
pub(super) fn sign_in(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    overload(stage, "overload-sign-in", Ask::SignIn, people::load(), Duration::from_millis(250))
}

/// An answer within `well` shows that it is well again.
fn overload(
    stage: &mut Stage<'_>,
    name: &str,
    ask: Ask,
    load: Load<'_>,
    well: Duration,
) -> anyhow::Result<Vec<Row>> {
    if stage.effort.quick {
        return Ok(vec![Row { left_out: Some("not in --quick"), ..stage.row(14, name, Some(CONNECTIONS)) }]);
    }
    let [capacity] = stage.measure(&[Source::Served(stage.server.port, load)])?;
    let capacity = capacity.median.rate;
    let before = stage.server.memory()?.resident;
    let seen = stage.flood(ask, capacity * 10.0, CONNECTIONS, stage.effort.seconds)?;
    let recovered = recover(stage, ask, well)?;
    let mut row = stage.row(14, name, Some(CONNECTIONS));
    let statuses: Vec<_> = seen.statuses.iter().map(|(status, count)| format!("{status}: {count}")).collect();
    let strange =
        seen.statuses.iter().filter(|(status, _)| !matches!(status, 200 | 201 | 503)).map(|(_, n)| *n);
    let strange = crate::figure::float(strange.sum());
    row.verdicts = vec![
        Verdict::ratio("goodput", seen.good, ("capacity", capacity), Budget::AtLeast(0.80)),
        Verdict::ratio("sent", seen.sent, ("capacity", capacity), Budget::Nothing),
        Verdict::of(format!("neither done nor 503 ({})", statuses.join(", ")), strange, Budget::AtMost(0.0)),
        Verdict::of("503 without Retry-After", crate::figure::float(seen.silent), Budget::AtMost(0.0)),
        Verdict::of("p99 ms of what was done", seen.p99, Budget::Nothing),
        Verdict::of(format!("MiB (before: {before:.0})"), row.memory.unwrap_or(f64::NAN), Budget::Nothing),
        Verdict::of("seconds to recover", recovered.as_secs_f64(), Budget::AtMost(1.0)),
    ];
    Ok(vec![row])
}

/// How long it takes after a flood until a single request is answered as soon as ever.
fn recover(stage: &Stage<'_>, ask: Ask, well: Duration) -> anyhow::Result<Duration> {
    let begun_at = Instant::now();
    let authorization = format!("Bearer {}", stage.seed.access_token);
    let (path, body) = match ask {
        Ask::SignIn => {
            let (email, password) = (stage.word("emails")?, stage.word("password")?);
            ("/auth/customer/emailpass", format!(r#"{{"email":"{email}","password":"{password}"}}"#))
        }
        Ask::Create | Ask::Check => {
            ("/api/customer-sessions/", format!(r#"{{"customer_id":"{}"}}"#, stage.word("customers")?))
        }
    };
    let headers: &[_] = match ask {
        Ask::SignIn => &[("x-publishable-api-key", stage.seed.publishable_key.as_str())],
        Ask::Create | Ask::Check => &[("authorization", authorization.as_str())],
    };
    while begun_at.elapsed() < Duration::from_mins(1) {
        let one = Instant::now();
        let answer =
            http::ask(stage.server.port, "POST", path, headers, Some(&body)).context("after the flood")?;
        if answer.status < 300 && one.elapsed() <= well {
            return Ok(begun_at.elapsed());
        }
    }
    bail!("the product has not recovered after a minute")
}
