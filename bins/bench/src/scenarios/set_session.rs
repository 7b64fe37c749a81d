//! `POST /auth/session`: a JWT is traded for the first cookie of its sign-in.

use anyhow::Context;

use super::ceilings::{self, CONNECTIONS, Ceilings};
use crate::figure::Rounds;
use crate::http;
use crate::report::Row;
use crate::stage::{Source, Stage};
use crate::wrk::{Lines, Load};

/// With JWTs that this very process has issued.
pub(super) fn issued(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    first_cookies(stage, "set-session-issued", 0.60, |stage, jwts| {
        jwts.lines().map(|jwt| refresh(stage, jwt)).collect::<anyhow::Result<Vec<_>>>()
    })
}

/// With JWTs that this process has never seen: a new process.
pub(super) fn first_seen(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    first_cookies(stage, "set-session-new", 0.45, |stage, jwts| {
        stage.restart()?;
        Ok(jwts.lines().map(str::to_owned).collect())
    })
}

/// Trades JWTs of sign-ins without a cookie, each once; `prepare` makes those that are traded of those of the seed.
fn first_cookies(
    stage: &mut Stage<'_>,
    name: &'static str,
    budget: f64,
    prepare: impl Fn(&mut Stage<'_>, &str) -> anyhow::Result<Vec<String>>,
) -> anyhow::Result<Vec<Row>> {
    let ceilings = Ceilings::start(stage)?;
    let (mut best, mut products) = (Vec::new(), Vec::new());
    for _ in 0..stage.effort.rounds {
        let unused = stage.seed.fresh_jwts.pop().context("all sign-ins of the seed have a cookie")?;
        let jwts = prepare(stage, &std::fs::read_to_string(unused)?)?;
        std::fs::write(stage.seed.tokens.join("traded_jwts"), jwts.join("\n"))?;
        let (port, count, warm_up) = (stage.server.port, jwts.len(), jwts.len() / 10);
        stage.wrk.fill(port, load(Lines::Any(warm_up)), warm_up)?;
        best.push(ceilings.once(stage)?);
        products.push(stage.once(&Source::Served(port, load(Lines::Once(warm_up, count - warm_up))))?);
    }
    let (ceiling, product) = (Rounds::of(&best), Rounds::of(&products));
    let verdicts = ceilings::verdicts(stage, ceiling, product, budget);
    Ok(vec![ceilings::row(stage, 6, name, product, verdicts)])
}

fn load(lines: Lines) -> Load<'static> {
    Load { script: "set_session", status: "200", connections: CONNECTIONS, lines, more: Some("traded_jwts") }
}

/// Another JWT of the same sign-in.
fn refresh(stage: &Stage<'_>, jwt: &str) -> anyhow::Result<String> {
    let authorization = format!("Bearer {jwt}");
    let headers = [("authorization", authorization.as_str()), ("accept", "application/json")];
    let answer = http::expect(200, stage.server.port, "POST", "/auth/token/refresh", &headers, None)?;
    let body: serde_json::Value = serde_json::from_str(&answer.body)?;
    Ok(body.get("token").and_then(|token| token.as_str()).context("no token")?.to_owned())
}
