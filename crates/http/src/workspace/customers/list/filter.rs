//! What narrows the list.

use std::collections::{BTreeMap, BTreeSet};

use anteroom_app::{CustomerFilter, Span};
use anteroom_domain::text::{Email, Line};
use serde_json::Value;

use crate::fields::{Fields, Problem, flag, text};
use crate::workspace::names;

/// How the bounds of a span are named.
const BOUNDS: [&str; 4] = ["gte", "gt", "lte", "lt"];

pub(super) fn read(query: &mut Fields) -> CustomerFilter {
    let Span { from: created_from, before: created_before } = query.span("created_at", BOUNDS);
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
