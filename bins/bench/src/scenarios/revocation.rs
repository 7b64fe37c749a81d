//! All sessions of a customer end: how long that takes, and when each node knows.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::bail;

use crate::http;
use crate::report::{Budget, Row, Verdict};
use crate::seed::CROWD;
use crate::stage::Stage;

/// One customer with 10,000 sessions, two nodes that have both seen one of them. It can be done once.
pub(super) fn run(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    let other = stage.product.start()?;
    let (customer, cookie) = (stage.word("crowd_customer")?, stage.word("crowd_cookies")?);
    let (here, there) = (stage.server.port, other.port);
    for port in [here, there] {
        if check(stage, port, &cookie)? != 200 {
            bail!("the session was not there before it was ended");
        }
    }
    let authorization = format!("Bearer {}", stage.seed.access_token);
    let path = format!("/api/customers/{customer}/sessions");
    let begun_at = Instant::now();
    let ended = http::ask(here, "DELETE", &path, &[("authorization", &authorization)], None)?;
    let took = begun_at.elapsed();
    if ended.status >= 300 {
        bail!("DELETE {path}: {} {}", ended.status, ended.body);
    }
    let known_at = Instant::now();
    let next_here = check(stage, here, &cookie)?;
    let elsewhere = loop {
        if check(stage, there, &cookie)? == 401 {
            break known_at.elapsed();
        }
        if known_at.elapsed() > Duration::from_secs(5) {
            bail!("the other node has not heard of it after 5 s");
        }
        sleep(Duration::from_millis(2));
    };
    let still_open = f64::from(u8::from(next_here != 401));
    Ok(vec![Row {
        verdicts: vec![
            Verdict::of(format!("ms to end {CROWD} sessions"), milliseconds(took), Budget::AtMost(200.0)),
            Verdict::of("next requests here that still pass", still_open, Budget::AtMost(0.0)),
            Verdict::of("ms until another node refuses", milliseconds(elsewhere), Budget::AtMost(1000.0)),
        ],
        ..stage.row(13, "revocation", None)
    }])
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn check(stage: &Stage<'_>, port: u16, cookie: &str) -> anyhow::Result<u16> {
    let cookie = format!("connect.sid={cookie}");
    let headers = [("cookie", cookie.as_str()), ("x-publishable-api-key", &stage.seed.publishable_key)];
    Ok(http::ask(port, "GET", "/store/customers/me", &headers, None)?.status)
}
