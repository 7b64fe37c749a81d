//! What narrows the list.

use std::collections::{BTreeMap, BTreeSet};

use anteroom_app::CustomerFilter;
use anteroom_domain::text::{Email, Line};
use serde_json::Value;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::fields::{Fields, Problem, text};
use crate::workspace::names::{self, flag};

pub(super) fn read(query: &mut Fields) -> CustomerFilter {
    let (created_from, created_before) = read_created(query);
    CustomerFilter {
        email: query.optional("email", text(Email::parse)),
        external_id: query.optional("external_id", text(names::external_id)),
        query: query.optional("query", text(Line::parse)).flatten(),
        metadata: read_notes(query),
        kind: query.optional("type", text(names::kind)),
        has_account: query.optional("has_account", text(flag)),
        created_from,
        created_before,
    }
}

/// As many keys as a customer has at most.
const MAX_KEYS: usize = 50;

fn read_notes(query: &mut Fields) -> BTreeMap<String, BTreeSet<String>> {
    let notes = query.keyed("metadata", |key, value| {
        if !(1..=40).contains(&key.chars().count()) || key.contains('\0') {
            return Err(Problem::Rule("should have a key of 1 to 40 characters"));
        }
        text(|text| match text.chars().count() {
            1..=500 if !text.contains('\0') => Ok(text.to_owned()),
            _ => Err(Problem::Rule("should have 1 to 500 characters")),
        })(value)
    });
    if notes.len() > MAX_KEYS {
        query.fault("metadata", Problem::Rule("should have at most 50 keys"), Value::Null);
    }
    notes.into_iter().map(|(key, texts)| (key, texts.into_iter().collect())).collect()
}

/// From which moment and before which one they were made. Moments are compared as they are shown, to the millisecond.
fn read_created(query: &mut Fields) -> (Option<OffsetDateTime>, Option<OffsetDateTime>) {
    let mut bound = |name| query.optional(name, text(moment));
    let (gte, gt) = (bound("created_at[gte]"), bound("created_at[gt]"));
    let (lte, lt) = (bound("created_at[lte]"), bound("created_at[lt]"));
    let from = gte.map(shown_at_or_after).max(gt.map(shown_after));
    (from, [lt.map(shown_at_or_after), lte.map(shown_after)].into_iter().flatten().min())
}

fn moment(text: &str) -> Result<OffsetDateTime, Problem> {
    OffsetDateTime::parse(text, &Rfc3339).map_err(|_unparsed| Problem::Rule("should be a time by RFC 3339"))
}

/// The first moment that is shown as later than this one.
fn shown_after(at: OffsetDateTime) -> OffsetDateTime {
    let beyond = Duration::nanoseconds(i64::from(at.nanosecond() % 1_000_000));
    at.saturating_sub(beyond).saturating_add(Duration::MILLISECOND)
}

/// The first moment that is shown as this one or later.
fn shown_at_or_after(at: OffsetDateTime) -> OffsetDateTime {
    if at.nanosecond().is_multiple_of(1_000_000) { at } else { shown_after(at) }
}
