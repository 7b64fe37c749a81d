//! `/api/customers`

pub(super) mod create;
pub(super) mod delete;
pub(super) mod external;
pub(super) mod sessions;
pub(super) mod show;

use actix_web::HttpRequest;

use crate::fields::{Fault, Problem, query, text};

/// The parameter of both deletions.
fn anonymize(request: &HttpRequest) -> Result<bool, Vec<Fault>> {
    let flag = |text: &str| match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Problem::Rule("should be true or false")),
    };
    query(request, |query| query.optional("anonymize", text(flag)).unwrap_or(false))
}
