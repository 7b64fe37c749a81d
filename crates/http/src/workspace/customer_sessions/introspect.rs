//! `POST /api/customer-sessions/introspect`: what a token opens, for the merchant's own servers (RFC 7662).

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::PortalAccess;
use anteroom_domain::text::ReturnUrl;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{Fields, any_text, no_query};
use crate::openapi::scalars::{Actor, No, Yes};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};
use crate::wire::{Time, Uuid4};
use crate::workspace::session;

request_schema!(
    /// A token to be looked at.
    TokenIntrospect {
        /// The token of a customer's or a member's session.
        token: String,
    }
);

struct Request {
    token: String,
}

impl FromBody for Request {
    type Schema = TokenIntrospect;

    fn read(body: &mut Fields) -> Option<Self> {
        let token = body.required_secret("token", any_text);
        Some(Self { token: token? })
    }
}

/// A session that opens doors.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveSession)]
struct Response<'a> {
    #[schema(value_type = Yes)]
    active: bool,
    id: Uuid4,
    #[serde(rename = "type")]
    #[schema(value_type = Actor)]
    kind: &'static str,
    customer_id: Uuid4,
    member_id: Option<Uuid4>,
    expires_at: Time,
    return_url: Option<&'a str>,
}

/// Nothing that is known of here.
#[derive(Serialize, ToSchema)]
struct NoSession {
    #[schema(value_type = No)]
    active: bool,
}

/// What a token opens.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum Introspection<'a> {
    Live(Response<'a>),
    None(NoSession),
}

impl<'a> From<&'a PortalAccess> for Response<'a> {
    fn from(PortalAccess { session, .. }: &'a PortalAccess) -> Self {
        Self {
            active: true,
            id: session.id().into(),
            kind: session::kind(session),
            customer_id: session.customer_id.into(),
            member_id: session.member_id.map(Uuid4::from),
            expires_at: session.expires_at.into(),
            return_url: session.return_url.as_ref().map(ReturnUrl::as_str),
        }
    }
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::CustomerSessions, "introspectCustomerSession", "Look at a token")
        .describes(
            "Tells what a session's token opens, for your own servers (RFC 7662). A token that opens nothing here is \
             `{\"active\": false}` and nothing more, whatever the reason.",
        )
        .takes::<Request>(json!({"token": examples::SESSION_TOKEN}))
        .answers::<Introspection<'_>>("What the token opens.", examples::introspected())
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    no_query(&request)?;
    let Request { token } = body.parse().await?;
    let found = http.app().introspect_customer_session(caller.0.workspace.id, &token).await?;
    Ok(HttpResponse::Ok().json(match &found {
        Some(access) => Introspection::Live((&**access).into()),
        None => Introspection::None(NoSession { active: false }),
    }))
}
