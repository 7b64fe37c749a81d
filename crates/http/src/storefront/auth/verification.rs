//! Proving an e-mail address.

pub(in crate::storefront) mod confirm;
pub(in crate::storefront) mod request;

use anteroom_domain::text::Email;
use serde::Serialize;
use serde_json::{Value, json};
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::openapi::scalars::{Email as EmailText, VerificationCode, VerifiedEntity};
use crate::wire::Time;

/// What is to be proved, or has been.
#[derive(Serialize, ToSchema)]
#[schema(as = Verification)]
pub(in crate::storefront) struct VerificationBody<'a> {
    /// The e-mail address.
    #[schema(value_type = EmailText)]
    entity_id: &'a str,
    #[schema(value_type = VerifiedEntity)]
    entity_type: &'static str,
    /// By the token of a mailed link.
    #[schema(value_type = VerificationCode)]
    code_provider: &'static str,
    /// When it was proved; `null` until then.
    verified_at: Option<Time>,
}

impl<'a> VerificationBody<'a> {
    pub(in crate::storefront) fn of(email: &'a Email, verified_at: Option<OffsetDateTime>) -> Self {
        let verified_at = verified_at.map(Time);
        Self { entity_id: email.as_str(), entity_type: "email", code_provider: "token", verified_at }
    }
}

/// What is to be proved.
#[derive(Serialize, ToSchema)]
#[schema(as = VerificationAnswer)]
pub(in crate::storefront) struct VerificationResponse<'a> {
    pub(in crate::storefront) verification: VerificationBody<'a>,
}

/// One that is still to be proved.
pub(in crate::storefront) fn example() -> Value {
    json!({"entity_id": "user@example.com", "entity_type": "email", "code_provider": "token", "verified_at": null})
}
