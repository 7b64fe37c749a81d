//! `/api/customers`

pub(super) mod create;
pub(super) mod delete;
pub(super) mod external;
pub(super) mod merge;
pub(super) mod sessions;
pub(super) mod show;
pub(super) mod store_metadata;

use actix_web::HttpRequest;

use crate::fields::{Fault, Fields, Problem, query, text};

/// The parameter of both deletions.
fn anonymize(request: &HttpRequest) -> Result<bool, Vec<Fault>> {
    query(request, read_anonymize)
}

fn read_anonymize(query: &mut Fields) -> bool {
    let flag = |text: &str| match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Problem::Rule("should be true or false")),
    };
    query.optional("anonymize", text(flag)).unwrap_or(false)
}
