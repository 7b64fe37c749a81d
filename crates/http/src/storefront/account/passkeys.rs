//! `/store/customers/me/passkeys`

pub(in crate::storefront) mod ask;
pub(in crate::storefront) mod create;
pub(in crate::storefront) mod delete;
pub(in crate::storefront) mod list;

use anteroom_domain::passkey::Passkey;
use anteroom_domain::text::Line;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::openapi::examples;
use crate::wire::{Time, Uuid4};

/// What the customer signs in with in place of a password.
#[derive(Serialize, ToSchema)]
#[schema(as = Passkey)]
struct PasskeyBody<'a> {
    id: Uuid4,
    /// What the customer calls it.
    label: Option<&'a str>,
    created_at: Time,
    /// When somebody last signed in with it.
    last_used_at: Option<Time>,
}

impl<'a> From<&'a Passkey> for PasskeyBody<'a> {
    fn from(passkey: &'a Passkey) -> Self {
        Self {
            id: passkey.id.into(),
            label: passkey.label.as_ref().map(Line::as_str),
            created_at: passkey.created_at.into(),
            last_used_at: passkey.last_used_at.map(Time),
        }
    }
}

fn example() -> Value {
    json!({"id": examples::PASSKEY, "label": "Laptop", "created_at": examples::MADE, "last_used_at": null})
}
