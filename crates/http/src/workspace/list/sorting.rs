//! Lists in the order that was asked for.

use anteroom_domain::page::{Direction, Sort};
use serde_json::Value;

use crate::fields::{Fields, Problem, text};

/// Reads `sorting`, which may be given several times; `usual` where nothing is said. `rule` says which fields there are.
pub(in crate::workspace) fn read_sorting<F: PartialEq>(
    query: &mut Fields,
    field: impl Fn(&str) -> Option<F>,
    rule: &'static str,
    usual: Sort<F>,
) -> Vec<Sort<F>> {
    let sort = |text: &str| {
        let (direction, name) = match text.strip_prefix('-') {
            Some(name) => (Direction::Descending, name),
            None => (Direction::Ascending, text),
        };
        field(name).map(|field| Sort { field, direction }).ok_or(Problem::Rule(rule))
    };
    let mut sorts: Vec<Sort<F>> = Vec::new();
    for sort in query.repeated("sorting", |value| text(sort)(value)) {
        if sorts.iter().any(|known| known.field == sort.field) {
            query.fault("sorting", Problem::Rule("should name a field once"), Value::Null);
        }
        sorts.push(sort);
    }
    if sorts.is_empty() {
        sorts.push(usual);
    }
    sorts
}
