//! `/api/customers`

pub(super) mod addresses;
pub(super) mod create;
pub(super) mod delete;
pub(super) mod disable;
pub(super) mod enable;
pub(super) mod export;
pub(super) mod external;
pub(super) mod list;
pub(super) mod members;
pub(super) mod merge;
pub(super) mod second_factor;
pub(super) mod send_password_reset;
pub(super) mod sessions;
pub(super) mod show;
pub(super) mod state;
pub(super) mod store_metadata;
pub(super) mod update;

use actix_web::HttpRequest;

use crate::fields::{Fault, Fields, flag, query, text};

/// The parameter of both deletions.
fn anonymize(request: &HttpRequest) -> Result<bool, Vec<Fault>> {
    query(request, read_anonymize)
}

fn read_anonymize(query: &mut Fields) -> bool {
    query.optional("anonymize", text(flag)).unwrap_or(false)
}
