//! `POST /auth/session`: a JWT is traded for a cookie.

use anyhow::Context;

use super::ceilings::{self, CONNECTIONS, Ceilings};
use crate::figure::Rounds;
use crate::http;
use crate::report::Row;
use crate::seed::FRESH;
use crate::stage::{Source, Stage};
use crate::wrk::{Lines, Load};

/// How many JWTs the product issues before it is asked.
const ISSUED: usize = 1_000;

/// With JWTs that this very process has issued.
pub(super) fn issued(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    let jwts = std::fs::read_to_string(stage.seed.tokens.join("fresh_jwts"))?;
    let refreshed =
        jwts.lines().take(ISSUED).map(|jwt| refresh(stage, jwt)).collect::<anyhow::Result<Vec<_>>>()?;
    std::fs::write(stage.seed.tokens.join("issued_jwts"), refreshed.join("\n"))?;
    let load = load("issued_jwts", Lines::Any(refreshed.len()));
    let (ceiling, product) = Ceilings::start(stage)?.measure(stage, load)?;
    let verdicts = ceilings::verdicts(stage, ceiling, product, 0.60);
    Ok(vec![ceilings::row(stage, 6, "set-session-issued", product, verdicts)])
}

/// With JWTs that this process has never seen: a new process, and each once.
pub(super) fn first_seen(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    let count = FRESH.min(stage.effort.sessions);
    let warm_up = count / 10;
    let ceilings = Ceilings::start(stage)?;
    let (mut best, mut products) = (Vec::new(), Vec::new());
    for _ in 0..stage.effort.rounds {
        stage.restart()?;
        let port = stage.server.port;
        stage.wrk.fill(port, load("fresh_jwts", Lines::Any(warm_up)), warm_up)?;
        best.push(ceilings.once(stage)?);
        let once = load("fresh_jwts", Lines::Once(warm_up, count - warm_up));
        products.push(stage.once(&Source::Served(port, once))?);
    }
    let (ceiling, product) = (Rounds::of(&best), Rounds::of(&products));
    let verdicts = ceilings::verdicts(stage, ceiling, product, 0.45);
    Ok(vec![ceilings::row(stage, 6, "set-session-new", product, verdicts)])
}

fn load(file: &str, lines: Lines) -> Load<'_> {
    Load { script: "set_session", status: "200", connections: CONNECTIONS, lines, more: Some(file) }
}

fn refresh(stage: &Stage<'_>, jwt: &str) -> anyhow::Result<String> {
    let authorization = format!("Bearer {jwt}");
    let headers = [("authorization", authorization.as_str()), ("accept", "application/json")];
    let answer = http::expect(200, stage.server.port, "POST", "/auth/token/refresh", &headers, None)?;
    let body: serde_json::Value = serde_json::from_str(&answer.body)?;
    Ok(body.get("token").and_then(|token| token.as_str()).context("no token")?.to_owned())
}
