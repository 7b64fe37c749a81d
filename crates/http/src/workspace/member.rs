//! The member as the Workspace API shows and takes it.

mod operations;
mod requests;

use actix_web::HttpResponse;
use anteroom_domain::member::Member;
use anteroom_domain::text::{ExternalId, Line};
use serde::Serialize;
use utoipa::ToSchema;

use crate::openapi::scalars::MemberRole;
use crate::wire::{Time, Uuid4};

pub(super) use requests::{Addition, Listing, Update, read_new_member};

/// A person who acts for a customer.
#[derive(Serialize, ToSchema)]
#[schema(as = Member)]
pub(super) struct MemberBody<'a> {
    id: Uuid4,
    created_at: Time,
    modified_at: Option<Time>,
    workspace_id: Uuid4,
    customer_id: Uuid4,
    email: &'a str,
    name: Option<&'a str>,
    external_id: Option<&'a str>,
    /// What the member may do for the customer.
    #[schema(value_type = MemberRole)]
    role: &'static str,
}

impl<'a> From<&'a Member> for MemberBody<'a> {
    fn from(member: &'a Member) -> Self {
        Self {
            id: member.id.into(),
            created_at: member.created_at.into(),
            modified_at: member.modified_at.map(Time),
            workspace_id: member.workspace_id.into(),
            customer_id: member.customer_id.into(),
            email: member.email.as_str(),
            name: member.name.as_ref().map(Line::as_str),
            external_id: member.external_id.as_ref().map(ExternalId::as_str),
            role: member.role.as_str(),
        }
    }
}

pub(super) fn created(member: &Member) -> HttpResponse {
    HttpResponse::Created().json(MemberBody::from(member))
}
