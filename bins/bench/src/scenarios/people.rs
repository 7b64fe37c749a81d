//! What shoppers write about themselves, and how they sign in.

use crate::raw::pgbench::Script;
use crate::report::{Budget, Row, Verdict};
use crate::seed::CUSTOMERS;
use crate::stage::{Source, Stage};
use crate::wrk::{Lines, Load};

/// How many write at once.
const WRITERS: u32 = 8;
/// How many sign in at once.
pub(super) const SIGN_INS: u32 = 4;
/// How many customers sign in where they have signed in before.
const REGULARS: usize = 200;
/// How many guess at once.
const GUESSES: u32 = 64;

/// `POST /store/customers/me/addresses`.
pub(super) fn add_address(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    write(stage, "add-address", "add_address")
}

/// `POST /store/customers/me`.
pub(super) fn update_profile(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    write(stage, "update-profile", "update_profile")
}

fn write(stage: &Stage<'_>, name: &str, script: &str) -> anyhow::Result<Vec<Row>> {
    let row = |stage: &Stage<'_>| stage.row(7, name, Some(WRITERS));
    if stage.database.is_sqlite() {
        return Ok(vec![Row { left_out: Some("has a budget on PostgreSQL only"), ..row(stage) }]);
    }
    let lines = Lines::Any(CUSTOMERS.min(stage.effort.sessions));
    let load = Load { script, status: "200", connections: WRITERS, lines, more: None };
    let pgbench = stage.pgbench()?;
    let [raw, product] = stage.measure(&[
        Source::Pgbench(&pgbench, Script::Insert, WRITERS),
        Source::Served(stage.server.port, load),
    ])?;
    let raw = ("raw insert c8", raw.median.rate);
    Ok(vec![Row {
        figure: Some(product),
        verdicts: vec![Verdict::ratio("rate", product.median.rate, raw, Budget::AtLeast(0.45))],
        ..row(stage)
    }])
}

/// `POST /auth/customer/emailpass` with the right password.
pub(super) fn load() -> Load<'static> {
    Load { script: "sign_in", status: "200", connections: SIGN_INS, lines: Lines::Any(CUSTOMERS), more: None }
}

/// The same with a wrong one, by many at once: more than may wait.
pub(super) fn guesses() -> Load<'static> {
    Load { status: "401,503", connections: GUESSES, more: Some("wrong battery staple"), ..load() }
}

/// Sign-ins from where the account knows of, against bare hashes. The first one from elsewhere writes a notice too.
pub(super) fn sign_in(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    let load = Load { lines: Lines::Any(REGULARS), ..load() };
    stage.wrk.fill(stage.server.port, load, REGULARS)?;
    let [raw, product] =
        stage.measure(&[Source::Raw(&["hashes"]), Source::Served(stage.server.port, load)])?;
    // Once more, for the processor time.
    let before = stage.server.processor_time_beside_hashes()?;
    let figure = stage.once(&Source::Served(stage.server.port, load))?;
    let used = stage.server.processor_time_beside_hashes()?.saturating_sub(before).as_secs_f64() * 1e3;
    let beside = used / (figure.rate * f64::from(stage.effort.seconds));
    Ok(vec![Row {
        figure: Some(product),
        verdicts: vec![
            Verdict::ratio(
                "rate",
                product.median.rate,
                ("raw hashes", raw.median.rate),
                Budget::AtLeast(0.85),
            ),
            Verdict::of("CPU ms beside the hashing thread", beside, Budget::AtMost(1.0)),
        ],
        ..stage.row(8, "sign-in", Some(SIGN_INS))
    }])
}
