//! `GET /api/customer-portal/customer-session/user`: who acts.

use actix_web::{HttpRequest, HttpResponse};
use anteroom_app::PortalAccess;
use serde::Serialize;

use crate::caller::CustomerSessionCaller;
use crate::failure::Failure;
use crate::fields::no_query;

/// The customer itself, or the member that acts for it.
#[derive(Serialize)]
struct Response<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    name: Option<String>,
    email: &'a str,
    customer_id: String,
    member_id: Option<String>,
    role: Option<&'static str>,
}

impl<'a> From<&'a PortalAccess> for Response<'a> {
    fn from(PortalAccess { customer, member, .. }: &'a PortalAccess) -> Self {
        let customer_id = customer.id.to_string();
        match member {
            Some(member) => Self {
                kind: "member",
                name: member.name.as_ref().map(ToString::to_string),
                email: member.email.as_str(),
                customer_id,
                member_id: Some(member.id.to_string()),
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

pub(crate) async fn handle(
    caller: CustomerSessionCaller,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    no_query(&request)?;
    Ok(HttpResponse::Ok().json(Response::from(&caller.0)))
}
