//! Whether this machine's clock can be believed: sessions and codes live by it.

use time::{Duration, OffsetDateTime};

use super::{Finding, Verdict};

const CHECK: &str = "clock";
const WARN: Duration = Duration::seconds(5);
const FAIL: Duration = Duration::MINUTE;
const ADVICE: &str = "set the time of this machine, and keep it by NTP";

/// What may contradict this machine's clock.
#[derive(Debug, Default)]
pub(super) struct Witnesses {
    /// What the database server's clock shows.
    pub(super) server: Option<OffsetDateTime>,
    /// When the newest record was made.
    pub(super) newest: Option<OffsetDateTime>,
    /// When the database file was last written.
    pub(super) written: Option<OffsetDateTime>,
}

/// Compares them with `now`. Records and files may be old, but not of the future.
pub(super) fn examine(now: OffsetDateTime, witnesses: &Witnesses) -> Finding {
    let claims = [
        ("the database server's clock", witnesses.server.map(|server| (server - now).abs())),
        ("the newest record", witnesses.newest.map(|newest| newest - now)),
        ("the database file", witnesses.written.map(|written| written - now)),
    ];
    let claims = claims.into_iter().filter_map(|(name, skew)| Some((name, skew?)));
    let Some((name, skew)) = claims.max_by_key(|(_, skew)| *skew) else {
        return Finding::ok(CHECK, "nothing is there yet to compare the clock with");
    };
    let what = format!("this machine's clock and {name} are {} seconds apart", skew.whole_seconds());
    match judge(skew) {
        Verdict::Ok => Finding::ok(CHECK, "this machine's clock agrees with the database"),
        Verdict::Warn => Finding::warn(CHECK, what, ADVICE),
        Verdict::Fail => Finding::fail(CHECK, what, ADVICE),
    }
}

fn judge(skew: Duration) -> Verdict {
    if skew > FAIL {
        Verdict::Fail
    } else if skew > WARN {
        Verdict::Warn
    } else {
        Verdict::Ok
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_clock_that_is_off_is_told_by_whoever_contradicts_it_most() {
        let now = datetime!(2026-01-02 03:04:05 UTC);
        let after = |seconds| Some(now + Duration::seconds(seconds));
        let verdict = |server, newest, written| examine(now, &Witnesses { server, newest, written }).verdict;
        assert_eq!(verdict(None, None, None), Verdict::Ok);
        assert_eq!(verdict(after(5), after(-9999), after(5)), Verdict::Ok, "the past is no fault");
        assert_eq!(verdict(after(6), None, None), Verdict::Warn);
        assert_eq!(verdict(after(-6), None, None), Verdict::Warn, "a server may be behind, too");
        assert_eq!(verdict(after(60), None, None), Verdict::Warn);
        assert_eq!(verdict(after(-61), None, None), Verdict::Fail);
        assert_eq!(verdict(after(0), after(6), None), Verdict::Warn);
        assert_eq!(verdict(None, after(0), after(61)), Verdict::Fail);
        let found = examine(now, &Witnesses { server: after(7), newest: after(90), written: None });
        assert!(found.what.contains("newest record are 90 seconds"), "{found:?}");
    }
}
