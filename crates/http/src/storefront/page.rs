//! Which piece of a list was asked for.

use anteroom_domain::page::Page;
use serde_json::Value;

use crate::fields::{Fields, Problem, text};

/// How many entries a piece has if nothing is said.
const LIMIT: u32 = 50;

/// Reads `offset` and `limit`. A larger limit than the largest is taken for the largest.
pub(super) fn read(query: &mut Fields) -> Page {
    let offset = query.optional("offset", whole(0, "should be a whole number of 0 or more"));
    let limit = query.optional("limit", whole(1, "should be a whole number of 1 or more"));
    Page { offset: offset.unwrap_or(0), limit: limit.unwrap_or(LIMIT).min(Page::MAX_LIMIT) }
}

/// A whole number of at least so much; what is too large to be counted is only larger still.
fn whole(least: u32, rule: &'static str) -> impl FnOnce(&Value) -> Result<u32, Problem> {
    text(move |text: &str| {
        let is_whole = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = is_whole.then(|| text.parse().unwrap_or(u32::MAX));
        number.filter(|number| *number >= least).ok_or(Problem::Rule(rule))
    })
}
