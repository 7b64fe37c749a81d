//! `GET /api/customers/{customer_id}/sessions`: the live sessions of a customer and its members, of every kind.

use std::net::IpAddr;

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{AnySession, Error, Missing};
use anteroom_domain::text::Line;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{path_id, query};
use crate::openapi::scalars::{IpAddress, SessionKind};
use crate::openapi::{Operation, Tag, examples};
use crate::wire::{Time, Uuid4};
use crate::workspace::list::{ListBody, Wanted};
use crate::workspace::session;

/// A live session of any kind.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
struct SessionBody<'a> {
    id: Uuid4,
    /// Who acts in a session of the portal; `store` for a sign-in to the shop.
    #[schema(value_type = SessionKind)]
    kind: &'static str,
    member_id: Option<Uuid4>,
    created_at: Time,
    /// Not known of the portal's sessions.
    last_used_at: Option<Time>,
    expires_at: Time,
    /// The address that the shopper signed in from.
    #[schema(value_type = Option<IpAddress>)]
    ip_address: Option<IpAddr>,
    /// What the shopper's browser calls itself.
    user_agent: Option<&'a str>,
}

impl<'a> From<&'a AnySession> for SessionBody<'a> {
    fn from(session: &'a AnySession) -> Self {
        match session {
            AnySession::Portal(session) => Self {
                id: session.id().into(),
                kind: session::kind(session),
                member_id: session.member_id.map(Uuid4::from),
                created_at: session.created_at.into(),
                last_used_at: None,
                expires_at: session.expires_at.into(),
                ip_address: None,
                user_agent: None,
            },
            AnySession::Store(session) => Self {
                id: session.id.into(),
                kind: "store",
                member_id: None,
                created_at: session.created_at.into(),
                last_used_at: Some(session.last_used_at.into()),
                expires_at: session.expires_at.into(),
                ip_address: session.ip_address,
                user_agent: session.user_agent.as_ref().map(Line::as_str),
            },
        }
    }
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Customers, "listCustomersSessions", "List a customer's sessions")
        .describes(
            "The live sessions of a customer and its members: the sign-ins to the shop first, then the portal's \
             sessions, each newest first.",
        )
        .path::<Uuid4>("customer_id", "The customer's id.")
        .queries(Wanted::read)
        .lists::<ListBody<SessionBody<'_>>>(&examples::any_session())
        .refuses("There is no such customer.", Error::NotFound(Missing::Customer))
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let id = path_id("customer_id", &path)?;
    let wanted = query(&request, Wanted::read)?;
    let listed = http.app().sessions_of_customer(caller.0.workspace.id, id, wanted.records()).await?;
    Ok(HttpResponse::Ok().json(ListBody::<SessionBody<'_>>::new(&listed, wanted)))
}
