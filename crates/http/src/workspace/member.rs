//! The member as the Workspace API shows it.

use anteroom_domain::member::Member;
use anteroom_domain::text::{ExternalId, Line};
use serde::Serialize;

use crate::wire::Time;

/// A person who acts for a customer.
#[derive(Serialize)]
pub(super) struct MemberBody<'a> {
    id: String,
    created_at: Time,
    modified_at: Option<Time>,
    workspace_id: String,
    customer_id: String,
    email: &'a str,
    name: Option<&'a str>,
    external_id: Option<&'a str>,
    role: &'static str,
}

impl<'a> From<&'a Member> for MemberBody<'a> {
    fn from(member: &'a Member) -> Self {
        Self {
            id: member.id.to_string(),
            created_at: member.created_at.into(),
            modified_at: member.modified_at.map(Time),
            workspace_id: member.workspace_id.to_string(),
            customer_id: member.customer_id.to_string(),
            email: member.email.as_str(),
            name: member.name.as_ref().map(Line::as_str),
            external_id: member.external_id.as_ref().map(ExternalId::as_str),
            role: member.role.as_str(),
        }
    }
}
