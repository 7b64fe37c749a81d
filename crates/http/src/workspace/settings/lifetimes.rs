//! How long sessions live, in the settings.

use std::ops::RangeInclusive;

use anteroom_app::LifetimeChanges;
use anteroom_app::change::Change;
use anteroom_domain::workspace::SessionLifetimes;
use serde_json::Value;
use time::Duration;

use crate::fields::{Fields, Problem, integer};

pub(super) fn read(body: &mut Fields) -> LifetimeChanges {
    let mut life = |name, range, rule| -> Change<Duration> { body.change(name, within(range, rule)) };
    LifetimeChanges {
        customer_session: life(
            "customer_session_lifetime",
            SessionLifetimes::CUSTOMER_SESSION,
            "should be between 60 and 86400 seconds",
        ),
        idle: life(
            "session_idle_timeout",
            SessionLifetimes::IDLE,
            "should be between 600 and 2592000 seconds",
        ),
        absolute: life(
            "session_absolute_lifetime",
            SessionLifetimes::ABSOLUTE,
            "should be between 600 and 31536000 seconds",
        ),
        jwt: life("jwt_lifetime", SessionLifetimes::JWT, "should be between 60 and 2592000 seconds"),
    }
}

/// Reads a number of seconds that a range allows, as the rule says.
fn within(
    range: RangeInclusive<Duration>,
    rule: &'static str,
) -> impl FnOnce(&Value) -> Result<Option<Duration>, Problem> {
    move |value| {
        let life = Duration::seconds(integer(value)?);
        if range.contains(&life) { Ok(Some(life)) } else { Err(Problem::Rule(rule)) }
    }
}
