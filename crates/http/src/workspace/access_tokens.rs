//! `/api/workspace-access-tokens`

pub(super) mod create;
pub(super) mod list;
pub(super) mod revoke;
pub(super) mod rotate;
pub(super) mod show;
pub(super) mod update;

use anteroom_domain::credential::Scopes;
use serde_json::Value;

use crate::fields::{Fields, Problem};

/// The scopes of a list, which names one at least.
fn some(body: &mut Fields, scopes: Scopes) -> Option<Scopes> {
    if scopes.is_empty() {
        body.fault("scopes", Problem::Rule("should name one scope at least"), Value::Array(Vec::new()));
        return None;
    }
    Some(scopes)
}
