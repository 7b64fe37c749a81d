//! A customer session in answers, never with its token.

use anteroom_domain::session::CustomerSession;
use anteroom_domain::text::ReturnUrl;
use serde::Serialize;

use crate::wire::Time;

/// Who acts in a customer session.
pub(super) fn kind(session: &CustomerSession) -> &'static str {
    if session.member_id.is_some() { "member" } else { "customer" }
}

#[derive(Serialize)]
pub(super) struct CustomerSessionBody<'a> {
    created_at: Time,
    modified_at: Option<Time>,
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    expires_at: Time,
    return_url: Option<&'a str>,
    customer_id: String,
    member_id: Option<String>,
}

impl<'a> From<&'a CustomerSession> for CustomerSessionBody<'a> {
    fn from(session: &'a CustomerSession) -> Self {
        Self {
            created_at: session.created_at.into(),
            modified_at: None,
            id: session.id().to_string(),
            kind: kind(session),
            expires_at: session.expires_at.into(),
            return_url: session.return_url.as_ref().map(ReturnUrl::as_str),
            customer_id: session.customer_id.to_string(),
            member_id: session.member_id.map(|id| id.to_string()),
        }
    }
}

/// The receipt of a revocation.
#[derive(Serialize)]
pub(super) struct Receipt {
    /// How many sessions ended.
    pub(super) revoked: u64,
}
