//! `GET /api/customer-portal/customer-session/user`: who acts.

use actix_web::{HttpRequest, HttpResponse};
use anteroom_app::PortalAccess;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::CustomerSessionCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::scalars::{Actor, MemberRole};
use crate::openapi::{Operation, Tag, examples};
use crate::wire::Uuid4;

/// The customer itself, or the member that acts for it.
#[derive(Serialize, ToSchema)]
#[schema(as = ActingUser)]
struct Response<'a> {
    #[serde(rename = "type")]
    #[schema(value_type = Actor)]
    kind: &'static str,
    name: Option<String>,
    email: &'a str,
    customer_id: Uuid4,
    member_id: Option<Uuid4>,
    /// What the member may do.
    #[schema(value_type = Option<MemberRole>)]
    role: Option<&'static str>,
}

impl<'a> From<&'a PortalAccess> for Response<'a> {
    fn from(PortalAccess { customer, member, .. }: &'a PortalAccess) -> Self {
        let customer_id = customer.id.into();
        match member {
            Some(member) => Self {
                kind: "member",
                name: member.name.as_ref().map(ToString::to_string),
                email: member.email.as_str(),
                customer_id,
                member_id: Some(member.id.into()),
                role: Some(member.role.as_str()),
            },
            None => Self {
                kind: "customer",
                name: customer.display_name(),
                email: customer.email.as_str(),
                customer_id,
                member_id: None,
                role: None,
            },
        }
    }
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::SessionHolder, "getActor", "Get who acts")
        .describes("The customer itself, or the member that acts for it.")
        .answers::<Response<'_>>("Who acts.", examples::actor())
}

pub(crate) async fn handle(
    caller: CustomerSessionCaller,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    no_query(&request)?;
    Ok(HttpResponse::Ok().json(Response::from(&*caller.0)))
}
