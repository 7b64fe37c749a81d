//! `GET /api/customer-portal/customer-session/introspect`: how long the session lasts and where it leads back.

use actix_web::{HttpRequest, HttpResponse};
use anteroom_domain::text::ReturnUrl;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::CustomerSessionCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::{Operation, Tag, examples};
use crate::wire::Time;

/// A session to its own holder.
#[derive(Serialize, ToSchema)]
#[schema(as = OwnSession)]
struct Response<'a> {
    expires_at: Time,
    return_url: Option<&'a str>,
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::SessionHolder, "getOwnSession", "Get the session")
        .describes("How long the session lasts, and where its way back leads.")
        .answers::<Response<'_>>("The session.", examples::own_session())
}

pub(crate) async fn handle(
    caller: CustomerSessionCaller,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    no_query(&request)?;
    let session = &caller.0.session;
    Ok(HttpResponse::Ok().json(Response {
        expires_at: session.expires_at.into(),
        return_url: session.return_url.as_ref().map(ReturnUrl::as_str),
    }))
}
