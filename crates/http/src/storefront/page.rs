//! Which piece of a list was asked for.

use anteroom_domain::page::Page;

use crate::fields::{Fields, whole_number};

/// How many entries a piece has if nothing is said.
const LIMIT: u32 = 50;

/// Reads `offset` and `limit`. A larger limit than the largest is taken for the largest.
pub(super) fn read(query: &mut Fields) -> Page {
    let offset = query.optional("offset", whole_number(0, "should be a whole number of 0 or more"));
    let limit = query.optional("limit", whole_number(1, "should be a whole number of 1 or more"));
    Page { offset: counted(offset.unwrap_or(0)), limit: limit.map_or(LIMIT, counted).min(Page::MAX_LIMIT) }
}

/// What is too large to be counted is only larger still.
fn counted(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
