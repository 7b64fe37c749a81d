//! A customer session in answers, never with its token.

use anteroom_domain::session::CustomerSession;
use anteroom_domain::text::ReturnUrl;
use serde::Serialize;
use utoipa::ToSchema;

use crate::openapi::scalars::Actor;
use crate::wire::{Time, Uuid4};

/// Who acts in a customer session.
pub(super) fn kind(session: &CustomerSession) -> &'static str {
    if session.member_id.is_some() { "member" } else { "customer" }
}

/// A live customer session.
#[derive(Serialize, ToSchema)]
#[schema(as = CustomerSession)]
pub(super) struct CustomerSessionBody<'a> {
    created_at: Time,
    modified_at: Option<Time>,
    id: Uuid4,
    #[serde(rename = "type")]
    /// Who acts.
    #[schema(value_type = Actor)]
    kind: &'static str,
    expires_at: Time,
    return_url: Option<&'a str>,
    customer_id: Uuid4,
    member_id: Option<Uuid4>,
}

impl<'a> From<&'a CustomerSession> for CustomerSessionBody<'a> {
    fn from(session: &'a CustomerSession) -> Self {
        Self {
            created_at: session.created_at.into(),
            modified_at: None,
            id: session.id().into(),
            kind: kind(session),
            expires_at: session.expires_at.into(),
            return_url: session.return_url.as_ref().map(ReturnUrl::as_str),
            customer_id: session.customer_id.into(),
            member_id: session.member_id.map(Uuid4::from),
        }
    }
}

/// The receipt of a revocation.
#[derive(Serialize, ToSchema)]
pub(super) struct Receipt {
    /// How many sessions ended.
    pub(super) revoked: u64,
}
